param([string]$Probe)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
if ($Probe -ne 'dns') { Write-Output "$Probe is no probe of name resolution"; exit 3 }
exit 0
