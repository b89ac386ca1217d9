param([string]$Process, [Parameter(ValueFromRemainingArguments = $true)][string[]]$Command)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
# Windows passes one string: each argument is quoted by the rules that programs take it apart with.
function ConvertTo-Argument([string]$Value) {
  if ($Value -ne '' -and $Value -notmatch '[\s"]') { return $Value }
  $escaped = $Value -replace '(\\*)"', '$1$1\"'
  $escaped = $escaped -replace '(\\+)$', '$1$1'
  return '"' + $escaped + '"'
}
$start = New-Object System.Diagnostics.ProcessStartInfo
$start.FileName = $Command[0]
$start.Arguments = (@($Command | Select-Object -Skip 1 | ForEach-Object { ConvertTo-Argument $_ }) -join ' ')
$start.WorkingDirectory = Split-Path -LiteralPath $Command[0] -Parent
# Through the shell, the process inherits none of this run's handles.
$start.UseShellExecute = $true
$start.WindowStyle = 'Hidden'
$started = [System.Diagnostics.Process]::Start($start)
if ($started.WaitForExit(200) -and $started.ExitCode -ne 0) {
  Write-Output "$Process ended at once with status $($started.ExitCode)"
  exit 1
}
Write-Output "$Process started as process $($started.Id)"
exit 0
