import assert from 'node:assert/strict';
import { parseDarwinMounts } from '../../../src/collect/filesystems/darwin.ts';
import { parseLogicalDisks } from '../../../src/collect/filesystems/windows.ts';

describe('filesystems of macOS', () => {
  it('are those that hold files of somebody', () => {
    const text = `/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
devfs on /dev (devfs, local, nobrowse)
/dev/disk3s6 on /System/Volumes/VM (apfs, local, noexec, journaled, noatime, nobrowse)
/dev/disk3s5 on /System/Volumes/Data (apfs, local, journaled, nobrowse, protect, root data)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
/dev/disk4s1 on /Volumes/Back up (1) (hfs, local, nodev, nosuid, read-only, journaled)
//guest@nas._smb._tcp.local/share on /Volumes/share (smbfs, nodev, nosuid, mounted by kim)
`;
    assert.deepEqual(
      parseDarwinMounts(text).map(({ mount, type, readOnly, remote }) => [mount, type, readOnly, remote]),
      [
        ['/System/Volumes/Data', 'apfs', false, false],
        ['/Volumes/Back up (1)', 'hfs', true, false],
        ['/Volumes/share', 'smbfs', false, true],
      ],
    );
  });
});

describe('filesystems of Windows', () => {
  it('are the fixed drives with a filesystem', () => {
    const text =
      '[{"DeviceID":"C:","FileSystem":"NTFS","VolumeName":"System"},{"DeviceID":"D:","FileSystem":null,"VolumeName":null}]\r\n';
    assert.deepEqual(
      parseLogicalDisks(text).map(({ mount, device, type }) => [mount, device, type]),
      [['C:\\', 'System', 'NTFS']],
    );
  });

  it('are not read from what is not a list of drives', () => {
    const refused = (code: string) => (error: unknown) =>
      error instanceof Error && 'code' in error && error.code === code;
    assert.throws(() => parseLogicalDisks('Get-CimInstance : Access denied'), refused('output-unknown'));
    assert.throws(() => parseLogicalDisks('[{"DeviceID":7}]'), refused('output-unknown'));
  });
});
