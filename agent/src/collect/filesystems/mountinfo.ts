/** A mount that holds files of its own. */
export interface Mount {
  readonly mount: string;
  readonly device: string;
  readonly type: string;
  readonly readOnly: boolean;
  /** Read-only because it was mounted so. A kernel that gave up writing after an error leaves this flag alone. */
  readonly mountedReadOnly: boolean;
  /** Answers over a network or from another process, and so may never answer. */
  readonly remote: boolean;
}

/** Kernel interfaces that look like filesystems, and filesystems whose figures are another one's. */
const pseudo = new Set(
  (
    'autofs binder binfmt_misc bpf cgroup cgroup2 configfs debugfs devpts devtmpfs efivarfs fuse.gvfsd-fuse fuse.lxcfs ' +
    'fuse.portal fusectl hugetlbfs mqueue nfsd none nsfs overlay proc pstore ramfs rootfs rpc_pipefs securityfs selinuxfs ' +
    'squashfs sysfs tracefs'
  ).split(' '),
);
const network = new Set(
  '9p afs beegfs ceph cifs coda glusterfs gpfs lustre ncpfs nfs nfs4 ocfs2 smb3 smbfs virtiofs'.split(' '),
);
/** Where the system keeps memory filesystems for itself. One that a person mounts elsewhere counts. */
const systemPlaces = ['/dev', '/proc', '/run', '/sys', '/var/run', '/var/lock', '/tmp/.X11-unix'];
/** Where container engines and sandboxes mount per container what is already counted below. */
const containerPlaces = [
  '/var/lib/docker',
  '/var/lib/containers',
  '/var/lib/containerd',
  '/var/lib/kubelet/pods',
  '/snap',
  '/var/snap',
];

const isUnder = (path: string, places: readonly string[]): boolean =>
  places.some((place) => path === place || path.startsWith(`${place}/`));

/**
 * The real filesystems in the text of `/proc/self/mountinfo` (proc(5)), each once:
 * - no kernel interface (`proc`, `cgroup2`, ...), and no image whose content never changes (`squashfs`: a snap is always full);
 * - memory filesystems only where a person put them: not under /run, /dev, /sys;
 * - `overlay` only as the root of a container, which has no other;
 * - a filesystem mounted in several places (bind mounts, btrfs subvolumes) once, at its shortest path;
 * - of mounts stacked on one path the last, which is the one that can be seen.
 */
export function parseMountinfo(text: string): Mount[] {
  const byPath = new Map<string, { device: string; entry: Mount }>();
  for (const line of text.split('\n')) {
    const parsed = parseLine(line);
    if (parsed !== undefined) byPath.set(parsed.entry.mount, parsed);
  }
  const byDevice = new Map<string, Mount>();
  for (const { device, entry } of byPath.values()) {
    if (!isReal(entry)) continue;
    const other = byDevice.get(device);
    if (other === undefined || entry.mount.length < other.mount.length) byDevice.set(device, entry);
  }
  return [...byDevice.values()];
}

/** `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`, with octal escapes for blanks. */
function parseLine(line: string): { device: string; entry: Mount } | undefined {
  const [before, after] = line.split(' - ', 2);
  if (before === undefined || after === undefined) return undefined;
  const [, , majorMinor, , mount, options] = before.split(' ');
  const [type, source, superOptions] = after.split(' ');
  if (majorMinor === undefined || mount === undefined || options === undefined || type === undefined)
    return undefined;
  // The first list is the mount's own; the second the filesystem's, which the kernel sets after an error (errors=remount-ro).
  const mountedReadOnly = options.split(',').includes('ro');
  const readOnly =
    mountedReadOnly ||
    (superOptions ?? '').split(',').some((option) => option === 'ro' || option === 'emergency_ro');
  return {
    device: majorMinor,
    entry: {
      mount: unescapeOctal(mount),
      device: unescapeOctal(source ?? ''),
      type,
      readOnly,
      mountedReadOnly,
      remote: network.has(type) || type === 'fuse' || type.startsWith('fuse.'),
    },
  };
}

function isReal({ mount, type }: Mount): boolean {
  if (type === 'overlay') return mount === '/';
  if (pseudo.has(type)) return false;
  if (isUnder(mount, containerPlaces)) return false;
  return type !== 'tmpfs' || !isUnder(mount, systemPlaces);
}

function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
