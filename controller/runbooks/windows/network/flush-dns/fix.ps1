Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
Clear-DnsClientCache
exit 0
