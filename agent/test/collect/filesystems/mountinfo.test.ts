import assert from 'node:assert/strict';
import { parseMountinfo } from '../../../src/collect/filesystems/mountinfo.ts';

const line = (mount: string, rest: string, device = '8:1', options = 'rw,relatime'): string =>
  `36 35 ${device} / ${mount} ${options} shared:1 - ${rest}`;
const mounts = (...lines: string[]): string[] => parseMountinfo(lines.join('\n')).map(({ mount }) => mount);

describe('mountinfo', () => {
  it('reads every field, with blanks in names and any number of optional fields', () => {
    const text =
      '36 35 98:0 /mnt1 /mnt/my\\040disk rw,noatime master:1 propagate_from:2 - ext3 /dev/my\\134root rw,errors=continue';
    assert.deepEqual(parseMountinfo(text), [
      {
        mount: '/mnt/my disk',
        device: '/dev/my\\root',
        type: 'ext3',
        readOnly: false,
        mountedReadOnly: false,
        remote: false,
      },
    ]);
  });

  const kept: readonly [string, string][] = [
    ['a disk', line('/', 'ext4 /dev/sda1 rw')],
    ['a memory filesystem that a person mounted', line('/srv/cache', 'tmpfs tmpfs rw,size=8192k', '0:50')],
    ['/tmp in memory', line('/tmp', 'tmpfs tmpfs rw', '0:51')],
    ['a network mount', line('/nas', 'nfs4 nas:/export rw', '0:52')],
    ["a container's root", line('/', 'overlay overlay rw,lowerdir=/a', '0:53')],
  ];
  for (const [what, text] of kept) it(`keeps ${what}`, () => assert.equal(mounts(text).length, 1));

  const ignored: readonly [string, string][] = [
    ['/proc', line('/proc', 'proc proc rw', '0:1')],
    ['cgroups', line('/sys/fs/cgroup', 'cgroup2 cgroup2 rw', '0:2')],
    ['/run', line('/run', 'tmpfs tmpfs rw', '0:3')],
    ["a user's /run", line('/run/user/1000', 'tmpfs tmpfs rw', '0:4')],
    ['/dev/shm', line('/dev/shm', 'tmpfs tmpfs rw', '0:5')],
    ['a snap', line('/snap/core/1', 'squashfs /dev/loop1 ro', '7:1')],
    ['an automount point', line('/home', 'autofs systemd-1 rw', '0:6')],
    ["a container's layers", line('/var/lib/docker/overlay2/ab/merged', 'overlay overlay rw', '0:7')],
    ["a pod's volume", line('/var/lib/kubelet/pods/x/volumes/y', 'tmpfs tmpfs rw', '0:8')],
    ['a line that is not one', 'garbage'],
  ];
  for (const [what, text] of ignored) it(`ignores ${what}`, () => assert.deepEqual(mounts(text), []));

  it('counts a filesystem once that is mounted twice, at the shorter path', () => {
    assert.deepEqual(
      mounts(line('/srv/chroot/data', 'ext4 /dev/sdb rw', '8:2'), line('/data', 'ext4 /dev/sdb rw', '8:2')),
      ['/data'],
    );
  });

  it('counts the last of two mounts on one path', () => {
    const both = parseMountinfo(
      [line('/mnt', 'ext4 /dev/sdb rw', '8:2'), line('/mnt', 'xfs /dev/sdc rw', '8:3')].join('\n'),
    );
    assert.deepEqual(
      both.map(({ type }) => type),
      ['xfs'],
    );
  });

  it('tells a mount that was made read-only from a filesystem that gave up writing', () => {
    const flags = (options: string, superOptions: string): unknown => {
      const [mount] = parseMountinfo(line('/', `ext4 /dev/sda1 ${superOptions}`, '8:1', options));
      return [mount?.readOnly, mount?.mountedReadOnly];
    };
    assert.deepEqual(flags('rw,relatime', 'rw,errors=remount-ro'), [false, false]);
    assert.deepEqual(flags('rw,relatime', 'ro,errors=remount-ro'), [true, false]);
    assert.deepEqual(flags('rw,relatime', 'rw,emergency_ro'), [true, false]);
    assert.deepEqual(flags('ro,relatime', 'rw'), [true, true]);
  });

  it('knows which may never answer', () => {
    for (const type of ['nfs', 'cifs', 'fuse.sshfs', '9p', 'ceph'])
      assert.equal(parseMountinfo(line('/m', `${type} x rw`))[0]?.remote, true, type);
    for (const type of ['ext4', 'xfs', 'btrfs', 'tmpfs', 'fuseblk'])
      assert.equal(parseMountinfo(line('/m', `${type} x rw`))[0]?.remote, false, type);
  });
});
