import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { HostError } from './host-error.ts';

const suite = 'bookworm';
/** What the package depends on stands here as well: a test host has no way to the Internet to fetch it from. */
const packages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'cron',
  'iproute2',
  'procps',
  'libatomic1',
  'libstdc++6',
  'init-system-helpers',
];

/** mmdebstrap copies this machine's name in, which would be every host's; without it each has the name it is started with. */
const hook = 'rm "$1/etc/hostname"';

/** Where root filesystems and address leases are kept, outside the repository. */
export function hostCache(): string {
  return process.env.MILLWRIGHT_HOST_CACHE ?? '/var/cache/millwright-hosts';
}

/**
 * The root filesystem that all test hosts share, built when it is not there yet (about 50 seconds, 220 MB). Hosts mount it
 * read-only under an overlay in memory, so it stays as it was built.
 * @throws HostError `root-filesystem-failed`
 */
export async function rootFilesystem(): Promise<string> {
  const recipe = createHash('sha256')
    .update([suite, hook, ...packages].join(' '))
    .digest('hex')
    .slice(0, 12);
  const root = join(hostCache(), `${suite}-${recipe}`);
  if (existsSync(root)) return root;
  mkdirSync(hostCache(), { recursive: true });
  const unfinished = `${root}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  const args = [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    `--customize-hook=${hook}`,
    suite,
    unfinished,
  ];
  const built = await runCommand('mmdebstrap', args);
  if (built.code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    throw new HostError(
      'root-filesystem-failed',
      `mmdebstrap could not build ${root}; it needs a Debian mirror: ${built.stderr.trim().split('\n').slice(-5).join(' | ')}`,
    );
  }
  // Whole or not at all. Two builders at once make the same thing: the second finds the first's and drops its own.
  try {
    renameSync(unfinished, root);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(root)) throw error;
  }
  return root;
}
