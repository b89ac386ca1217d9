import { z } from 'zod';

const name = z.string().min(1).max(512);
const count = z.number().int().nonnegative();
/** Milliseconds since the Unix epoch, by the endpoint's clock. */
export const Instant = z.number().int().nonnegative();

const base = { at: Instant };

/** A mounted, real filesystem. `mount` is its path (`/`, `C:\`). Sizes in bytes; inodes are 0 where the platform has none. */
export const FilesystemReading = z.strictObject({
  kind: z.literal('filesystem'),
  ...base,
  mount: name,
  device: z.string().max(512),
  type: z.string().max(64),
  totalBytes: count,
  freeBytes: count,
  inodesTotal: count,
  inodesFree: count,
  readOnly: z.boolean(),
  /** Mounted read-only by somebody, and never seen writable: not a fault. */
  readOnlyByChoice: z.boolean().optional(),
});

/** `transition` is any state that a service passes through on its way to another. */
export const ServiceState = z.enum(['running', 'stopped', 'failed', 'transition']);

/** A service known to the platform's service manager. `wanted` says that it is meant to run (enabled, automatic start). */
export const ServiceReading = z.strictObject({
  kind: z.literal('service'),
  ...base,
  name,
  manager: z.enum(['systemd', 'windows', 'launchd']),
  state: ServiceState,
  wanted: z.boolean(),
  detail: z.string().max(256),
});

/** A process that the endpoint's own configuration declares. */
export const ProcessReading = z.strictObject({
  kind: z.literal('process'),
  ...base,
  name,
  state: z.enum(['running', 'stopped']),
  pid: count.nullable(),
});

/** A folder with a size limit that the endpoint's own configuration declares. Bytes. */
export const FolderReading = z.strictObject({
  kind: z.literal('folder'),
  ...base,
  path: name,
  bytes: count,
  files: count,
  limitBytes: count,
});

/** The link to the controller: round trip in milliseconds, lost probes in percent of the last ones sent. */
export const LinkReading = z.strictObject({
  kind: z.literal('link'),
  ...base,
  roundTripMs: z.number().nonnegative().nullable(),
  lossPercent: z.number().min(0).max(100),
});

/** One connectivity probe: the gateway, name resolution, or a TCP or HTTP probe that the configuration declares. */
export const ProbeReading = z.strictObject({
  kind: z.literal('probe'),
  ...base,
  name,
  probe: z.enum(['gateway', 'dns', 'tcp', 'http']),
  ok: z.boolean(),
  ms: z.number().nonnegative().nullable(),
  detail: z.string().max(256),
});

/** The host as a whole. Seconds, bytes, and the one-minute load average (0 on Windows). */
export const HostReading = z.strictObject({
  kind: z.literal('host'),
  ...base,
  uptimeSeconds: z.number().nonnegative(),
  load1: z.number().nonnegative(),
  cores: count,
  memoryTotalBytes: count,
  memoryAvailableBytes: count,
});

/** What the host is: changes rarely. */
export const InventoryReading = z.strictObject({
  kind: z.literal('inventory'),
  ...base,
  os: z.string().max(128),
  osVersion: z.string().max(128),
  kernel: z.string().max(128),
  manufacturer: z.string().max(128),
  model: z.string().max(128),
  serial: z.string().max(128),
  cpu: z.string().max(128),
  memoryTotalBytes: count,
});

/** A collector's own health: a slow or failing collector is itself reported. */
export const CollectorReading = z.strictObject({
  kind: z.literal('collector'),
  ...base,
  name,
  state: z.enum(['ok', 'slow', 'failing']),
  ms: z.number().nonnegative(),
  detail: z.string().max(512),
});

/** One measurement by a collector. */
export const Reading = z.discriminatedUnion('kind', [
  FilesystemReading,
  ServiceReading,
  ProcessReading,
  FolderReading,
  LinkReading,
  ProbeReading,
  HostReading,
  InventoryReading,
  CollectorReading,
]);

export type FilesystemReading = z.infer<typeof FilesystemReading>;
export type ServiceReading = z.infer<typeof ServiceReading>;
export type ProcessReading = z.infer<typeof ProcessReading>;
export type FolderReading = z.infer<typeof FolderReading>;
export type LinkReading = z.infer<typeof LinkReading>;
export type ProbeReading = z.infer<typeof ProbeReading>;
export type HostReading = z.infer<typeof HostReading>;
export type InventoryReading = z.infer<typeof InventoryReading>;
export type CollectorReading = z.infer<typeof CollectorReading>;
export type Reading = z.infer<typeof Reading>;

/** What a reading is about, within its kind: a mount, a service's name, ... */
export function subjectOf(reading: Reading): string {
  switch (reading.kind) {
    case 'filesystem':
      return reading.mount;
    case 'service':
    case 'process':
    case 'probe':
    case 'collector':
      return reading.name;
    case 'folder':
      return reading.path;
    case 'link':
    case 'host':
    case 'inventory':
      return reading.kind;
  }
}

/** The identity under which a newer reading replaces an older one (`filesystem:/var`). */
export function keyOf(reading: Reading): string {
  return `${reading.kind}:${subjectOf(reading)}`;
}
