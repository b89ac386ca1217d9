import { z } from 'zod';
import type { FilesystemReading } from '../readings/index.ts';
import { formatBytes, GiB } from '../units/index.ts';
import { defineCondition, type Verdict } from './definition.ts';

const percent = z.number().min(0).max(100);
const gibibytes = z.number().positive().max(1_000_000);

const usedPercent = (fs: FilesystemReading): number =>
  fs.totalBytes === 0 ? 0 : (100 * (fs.totalBytes - fs.freeBytes)) / fs.totalBytes;

const describeDisk = (fs: FilesystemReading): string =>
  `${fs.mount} is ${usedPercent(fs).toFixed(0)}% full: ${formatBytes(fs.freeBytes)} left of ${formatBytes(fs.totalBytes)}`;

/** Full by share *and* short in absolute terms: 90% of a large disk is not a fault. Read-only media are always full. */
function judgeDisk(
  fs: FilesystemReading,
  limits: { usedPercent: number; freeGiB: number; clearPercent: number },
): Verdict {
  if (fs.totalBytes === 0 || fs.readOnly) return 'clear';
  const used = usedPercent(fs);
  if (used >= limits.usedPercent && fs.freeBytes < limits.freeGiB * GiB) return 'raise';
  return used < limits.clearPercent || fs.freeBytes >= limits.freeGiB * GiB ? 'clear' : 'between';
}

/** Thresholds after Netdata and Zabbix defaults, with a floor in GiB beside the share. */
export const diskFilling = defineCondition({
  id: 'disk-filling',
  title: 'Disk filling',
  severity: 'warning',
  kind: 'filesystem',
  raiseAfterSeconds: 30,
  clearAfterSeconds: 0,
  thresholds: z.strictObject({
    usedPercent: percent.default(90),
    freeGiB: gibibytes.default(20),
    clearPercent: percent.default(85),
  }),
  judge: judgeDisk,
  describe: describeDisk,
});

export const diskCritical = defineCondition({
  id: 'disk-critical',
  title: 'Disk nearly full',
  severity: 'critical',
  kind: 'filesystem',
  raiseAfterSeconds: 30,
  clearAfterSeconds: 0,
  thresholds: z.strictObject({
    usedPercent: percent.default(95),
    freeGiB: gibibytes.default(5),
    clearPercent: percent.default(90),
  }),
  judge: judgeDisk,
  describe: describeDisk,
});

export const inodesLow = defineCondition({
  id: 'inodes-low',
  title: 'Inodes running out',
  severity: 'warning',
  kind: 'filesystem',
  raiseAfterSeconds: 60,
  clearAfterSeconds: 0,
  thresholds: z.strictObject({ freePercent: percent.default(10), clearPercent: percent.default(20) }),
  judge: (fs, limits) => {
    if (fs.inodesTotal === 0 || fs.readOnly) return 'clear';
    const free = (100 * fs.inodesFree) / fs.inodesTotal;
    if (free < limits.freePercent) return 'raise';
    return free >= limits.clearPercent ? 'clear' : 'between';
  },
  describe: (fs) => `${fs.mount} has ${fs.inodesFree} of ${fs.inodesTotal} inodes left`,
});

/** Only filesystems that are normally written to: read-only media and images are not faults. */
export const filesystemReadOnly = defineCondition({
  id: 'filesystem-read-only',
  title: 'Filesystem turned read-only',
  severity: 'critical',
  kind: 'filesystem',
  raiseAfterSeconds: 5,
  clearAfterSeconds: 0,
  thresholds: z.strictObject({
    ignoreTypes: z.array(z.string()).default(['iso9660', 'squashfs', 'erofs', 'udf', 'cramfs', 'romfs']),
  }),
  judge: (fs, limits) => {
    if (!fs.readOnly || limits.ignoreTypes.includes(fs.type)) return 'clear';
    // An agent that has just started has not seen it writable: what it remembers stands.
    return fs.readOnlyByChoice === true ? 'between' : 'raise';
  },
  describe: (fs) => `${fs.mount} (${fs.type}) no longer takes writes`,
});

export const folderOverLimit = defineCondition({
  id: 'folder-over-limit',
  title: 'Folder over its limit',
  severity: 'warning',
  kind: 'folder',
  raiseAfterSeconds: 0,
  clearAfterSeconds: 0,
  thresholds: z.strictObject({ raisePercent: percent.default(100), clearPercent: percent.default(85) }),
  judge: (folder, limits) => {
    const used = (100 * folder.bytes) / folder.limitBytes;
    if (used > limits.raisePercent) return 'raise';
    return used < limits.clearPercent ? 'clear' : 'between';
  },
  describe: (folder) =>
    `${folder.path} holds ${formatBytes(folder.bytes)} in ${folder.files} files; its limit is ${formatBytes(folder.limitBytes)}`,
});
