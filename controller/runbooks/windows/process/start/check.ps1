param([string]$Process, [Parameter(ValueFromRemainingArguments = $true)][string[]]$Command)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
if ($null -eq $Command -or $Command.Count -eq 0) { Write-Output "no command is declared for $Process"; exit 3 }
if (-not (Test-Path -LiteralPath $Command[0] -PathType Leaf)) { Write-Output "$($Command[0]) is not a program"; exit 3 }
exit 0
