import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { HostError } from './host-error.ts';

/** Program and the Debian package that brings it. */
const tools = [
  ['systemd-nspawn', 'systemd-container'],
  ['mmdebstrap', 'mmdebstrap'],
  ['nsenter', 'util-linux'],
  ['setpriv', 'util-linux'],
  ['unshare', 'util-linux'],
  ['ip', 'iproute2'],
] as const;

function isInstalled(program: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Host tests need root and a few Debian packages. Where they are missing, the tests fail and say what to run: a test that
 * skips itself proves nothing and looks green.
 * @throws HostError `not-root`, `tool-missing`
 */
export function requireHostTools(): void {
  if (process.getuid?.() !== 0)
    throw new HostError('not-root', 'host tests boot systemd in containers: run them as root');
  const missing = tools.filter(([program]) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, debian]) => debian))].join(' ');
  throw new HostError(
    'tool-missing',
    `host tests need ${missing.map(([program]) => program).join(', ')}: run apt-get install -y ${packages}`,
  );
}
