import type {
  FilesystemReading,
  FolderReading,
  ProbeReading,
  ProcessReading,
  ServiceReading,
} from '../../src/readings/index.ts';
import { GiB } from '../../src/units/index.ts';

export const filesystem = (fields: Partial<FilesystemReading> = {}): FilesystemReading => ({
  kind: 'filesystem',
  at: 1,
  mount: '/var',
  device: '/dev/sda2',
  type: 'ext4',
  totalBytes: 100 * GiB,
  freeBytes: 50 * GiB,
  inodesTotal: 1000,
  inodesFree: 900,
  readOnly: false,
  ...fields,
});

export const service = (fields: Partial<ServiceReading> = {}): ServiceReading => ({
  kind: 'service',
  at: 1,
  name: 'web.service',
  manager: 'systemd',
  state: 'running',
  wanted: true,
  detail: 'active, running',
  ...fields,
});

export const processReading = (fields: Partial<ProcessReading> = {}): ProcessReading => ({
  kind: 'process',
  at: 1,
  name: 'web',
  state: 'running',
  pid: 7,
  ...fields,
});

export const folder = (fields: Partial<FolderReading> = {}): FolderReading => ({
  kind: 'folder',
  at: 1,
  path: '/srv/spool',
  bytes: 10,
  files: 1,
  limitBytes: 100,
  ...fields,
});

export const probe = (fields: Partial<ProbeReading> = {}): ProbeReading => ({
  kind: 'probe',
  at: 1,
  name: 'shop',
  probe: 'http',
  ok: true,
  ms: 3,
  detail: 'status 200',
  ...fields,
});
