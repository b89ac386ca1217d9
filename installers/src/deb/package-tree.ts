import {
  chmod,
  copyFile,
  lutimes,
  mkdir,
  readdir,
  readFile,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const source = (name: string): string => fileURLToPath(new URL(`./files/${name}`, import.meta.url));

/** What is installed where: path, the file it is made of, mode. */
const installed = [
  ['etc/millwright/agent.json', 'agent.json', 0o600],
  ['usr/lib/systemd/system/millwright-agent.service', 'millwright-agent.service', 0o644],
  ['usr/lib/systemd/system/millwright-agent.path', 'millwright-agent.path', 0o644],
] as const;

const scripts = ['postinst', 'prerm', 'postrm'] as const;

export interface PackageContents {
  /** The agent's executable. */
  readonly executable: string;
  /** A Debian version. */
  readonly version: string;
  /** Seconds since the epoch; every file gets this date. */
  readonly date: number;
}

/** Lays out the package in an empty folder, as dpkg-deb takes it. */
export async function layOutPackage(
  root: string,
  { executable, version, date }: PackageContents,
): Promise<void> {
  const agent = join(root, 'usr/lib/millwright/millwright-agent');
  await place(executable, agent, 0o755);
  await mkdir(join(root, 'usr/bin'), { recursive: true });
  await symlink('../lib/millwright/millwright-agent', join(root, 'usr/bin/millwright-agent'));
  for (const [path, file, mode] of installed) await place(source(file), join(root, path), mode);
  for (const script of scripts) await place(source(script), join(root, 'DEBIAN', script), 0o755);
  await writeFile(join(root, 'DEBIAN/conffiles'), '/etc/millwright/agent.json\n');
  const bytes = (
    await Promise.all([agent, ...installed.map(([path]) => join(root, path))].map(sizeOf))
  ).reduce((sum, size) => sum + size);
  await writeFile(join(root, 'DEBIAN/control'), control(version, Math.ceil(bytes / 1024)));
  await chmod(join(root, 'DEBIAN/conffiles'), 0o644);
  await chmod(join(root, 'DEBIAN/control'), 0o644);
  await settle(root, date);
}

async function sizeOf(file: string): Promise<number> {
  return (await readFile(file)).byteLength;
}

async function place(from: string, to: string, mode: number): Promise<void> {
  await mkdir(dirname(to), { recursive: true });
  await copyFile(from, to);
  await chmod(to, mode);
}

/** One date and plain folder modes throughout, whatever this machine's clock and umask are. */
async function settle(path: string, date: number): Promise<void> {
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) await settle(child, date);
    else await lutimes(child, date, date);
  }
  await chmod(path, 0o755);
  await utimes(path, date, date);
}

/** libatomic1 and the versions: what Node's official binary needs (objdump -p, -T), and a minimal Debian lacks. */
function control(version: string, kibibytes: number): string {
  return `Package: millwright-agent
Version: ${version}
Architecture: amd64
Maintainer: Millwright <millwright@localhost>
Installed-Size: ${kibibytes}
Depends: libc6 (>= 2.28), libstdc++6 (>= 5.2), libatomic1, init-system-helpers (>= 1.54)
Section: admin
Priority: optional
Description: endpoint agent that repairs known faults with signed runbooks
 The agent watches services, processes, filesystems and connectivity, reports
 to its Millwright controller, and repairs known faults with runbooks that were
 signed offline. It runs nothing that those keys have not signed.
`;
}
