import { readFileSync } from 'node:fs';
import { CollectError } from '../collect-error.ts';
import { type FilesystemPorts, systemFigures } from './filesystem-collector.ts';
import { parseMountinfo } from './mountinfo.ts';

/**
 * The mounts as PID 1 sees them: the agent's own service may live in a namespace where more is read-only than on the host.
 * Its own where it may not look there.
 */
function mountinfo(): string {
  const problems: unknown[] = [];
  for (const file of ['/proc/1/mountinfo', '/proc/self/mountinfo']) {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      problems.push(error);
    }
  }
  throw new CollectError('mounts-unreadable', 'cannot read /proc/self/mountinfo', { cause: problems.at(-1) });
}

export const linuxFilesystems: FilesystemPorts = {
  mounts: async () => parseMountinfo(mountinfo()),
  figures: systemFigures,
};
