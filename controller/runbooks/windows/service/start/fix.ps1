param([string]$Service)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$found = Get-Service | Where-Object { $_.Name -eq $Service }
if ($null -eq $found) { Write-Output "there is no service $Service"; exit 1 }
if ($found.Status -ne 'StartPending') { $found.Start() }
$found.WaitForStatus('Running', [TimeSpan]::FromSeconds(90))
Write-Output "$Service is running"
exit 0
