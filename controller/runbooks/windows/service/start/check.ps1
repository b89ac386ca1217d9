param([string]$Service)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
# -Name would take a pattern: compare whole names.
$found = Get-Service | Where-Object { $_.Name -eq $Service }
if ($null -eq $found) { Write-Output "there is no service $Service"; exit 3 }
if ($found.StartType -eq 'Disabled') { Write-Output "$Service is disabled: an administrator has forbidden it to start"; exit 3 }
if ($found.Status -eq 'Running') { Write-Output "$Service runs already"; exit 10 }
exit 0
