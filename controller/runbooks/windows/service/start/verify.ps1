param([string]$Service)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
# A service that starts and falls over at once is running for a moment.
Start-Sleep -Milliseconds 500
$found = Get-Service | Where-Object { $_.Name -eq $Service }
if ($null -eq $found -or $found.Status -ne 'Running') { Write-Output "$Service did not stay up"; exit 1 }
exit 0
