param([string]$Filesystem, [int]$Days)
Set-StrictMode -Version 3
$ErrorActionPreference = 'Stop'
$limit = (Get-Date).ToUniversalTime().AddDays(-$Days)
# Everybody may put folders and links into Temp, so only files that lie in it directly are touched. The download folder
# belongs to the system: its folders are walked, but never through a link.
function Get-OldFile([string]$Folder, [bool]$Deep) {
  if (-not [System.IO.Directory]::Exists($Folder)) { return }
  if ([System.IO.Path]::GetPathRoot($Folder) -ne [System.IO.Path]::GetPathRoot($Filesystem)) { return }
  foreach ($entry in (New-Object System.IO.DirectoryInfo $Folder).GetFileSystemInfos()) {
    if ($entry.Attributes -band [System.IO.FileAttributes]::ReparsePoint) { continue }
    if ($entry -is [System.IO.DirectoryInfo]) {
      if ($Deep) { Get-OldFile $entry.FullName $true }
    } elseif ($entry.LastWriteTimeUtc -lt $limit -and $entry.CreationTimeUtc -lt $limit) {
      $entry
    }
  }
}
$old = @(Get-OldFile "$env:SystemRoot\Temp" $false) + @(Get-OldFile "$env:SystemRoot\SoftwareDistribution\Download" $true)
$kept = 0
foreach ($file in $old) {
  try {
    $file.Delete()
    Write-Output $file.FullName
  } catch {
    # In use, most often: such a file stays.
    $kept += 1
  }
}
Write-Output "$kept of $($old.Count) files are in use and stay"
exit 0
