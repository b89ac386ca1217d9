import { statfs } from 'node:fs/promises';
import type { Clock } from '@millwright/shared/clock';
import type { FilesystemReading } from '@millwright/shared/readings';
import type { Collector, Unread } from '../collector.ts';
import { Lane } from './lane.ts';
import type { Mount } from './mountinfo.ts';

/** The figures of a filesystem, as `statfs` names them. */
export interface Figures {
  readonly bsize: number;
  readonly blocks: number;
  readonly bfree: number;
  readonly bavail: number;
  readonly files: number;
  readonly ffree: number;
}

export interface FilesystemPorts {
  /** The real filesystems that are mounted now. */
  mounts(): Promise<Mount[]>;
  figures(mount: string): Promise<Figures>;
}

/** How long a filesystem may take to answer before it is reported as silent. */
export const patienceMs = 2000;

/** The longest path that a reading carries. */
const longestPath = 512;

/** Every real filesystem's bytes, inodes and read-only flag. */
export function filesystemCollector(
  intervalMs: number,
  ports: FilesystemPorts,
  clock: Clock,
  patience = patienceMs,
): Collector {
  // Of the four threads that the process has for such calls, dead mounts can hold three at most, and dead network mounts one.
  const local = new Lane(2);
  const remote = new Lane(1);
  let writable = new Set<string>();
  return {
    name: 'filesystems',
    intervalMs,
    timeoutMs: Math.max(patience * 4, 10_000),
    owns: (key) => key.startsWith('filesystem:'),
    async collect() {
      const mounts = await ports.mounts();
      // Of those still there, the ones that were writable at any time since this process started.
      writable = new Set(
        mounts.filter((mount) => !mount.readOnly || writable.has(identity(mount))).map(identity),
      );
      const readings: FilesystemReading[] = [];
      const unread: Unread[] = [];
      const read = async (mount: Mount): Promise<void> => {
        const key = `filesystem:${mount.mount}`;
        if (mount.mount.length > longestPath) {
          unread.push({
            key,
            reason: `a mount's path is longer than ${longestPath} characters: ${mount.mount}`,
          });
          return;
        }
        try {
          const lane = mount.remote ? remote : local;
          const figures = await lane.call(mount.mount, patience, () => ports.figures(mount.mount));
          if (figures === undefined)
            unread.push({ key, reason: `${mount.mount} (${mount.type}) does not answer` });
          else if (figures.blocks > 0)
            readings.push(
              readingOf(mount, figures, mount.mountedReadOnly && !writable.has(identity(mount)), clock.now()),
            );
        } catch (error) {
          unread.push({ key, reason: `${mount.mount}: ${error instanceof Error ? error.message : error}` });
        }
      };
      await Promise.all(mounts.map(read));
      return { readings, unread };
    },
  };
}

const identity = ({ mount, device }: Mount): string => `${mount}\n${device}`;

/** Sizes without what is reserved for root, so that the share in use is the one that `df` shows. */
function readingOf(mount: Mount, figures: Figures, byChoice: boolean, at: number): FilesystemReading {
  const usable = figures.blocks - figures.bfree + figures.bavail;
  return {
    kind: 'filesystem',
    at,
    mount: mount.mount,
    device: mount.device.slice(0, 512),
    type: mount.type.slice(0, 64),
    totalBytes: usable * figures.bsize,
    freeBytes: figures.bavail * figures.bsize,
    inodesTotal: figures.files,
    inodesFree: figures.ffree,
    readOnly: mount.readOnly,
    ...(byChoice ? { readOnlyByChoice: true } : {}),
  };
}

/** `fs.promises.statfs`: off the event loop, so that a dead mount cannot stop the agent. */
export const systemFigures = (mount: string): Promise<Figures> => statfs(mount);
