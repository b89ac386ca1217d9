import assert from 'node:assert/strict';
import type { Reading } from '@millwright/shared/readings';
import { factsOf } from '../../src/collect/index.ts';
import { Configuration } from '../../src/config/index.ts';

const configuration = Configuration.parse({
  stateDir: '/var/lib/millwright',
  processes: [{ name: 'web', matches: 'webd --serve', command: ['/usr/bin/webd', '--serve'] }],
  folders: [{ path: '/srv/spool', limitBytes: 100, clean: ['*.tmp', 'core.*'], keepMinutes: 5 }],
});
const filesystem: Reading = {
  kind: 'filesystem',
  at: 1,
  mount: '/var',
  device: '',
  type: 'ext4',
  totalBytes: 1,
  freeBytes: 0,
  inodesTotal: 0,
  inodesFree: 0,
  readOnly: false,
};
const service = {
  kind: 'service',
  at: 1,
  name: 'db',
  manager: 'systemd',
  state: 'failed',
  wanted: true,
  detail: '',
} as const;
const folder = { kind: 'folder', at: 1, path: '/srv/spool', bytes: 101, files: 1, limitBytes: 100 } as const;
const web = { kind: 'process', at: 1, name: 'web', state: 'stopped', pid: null } as const;
const probe = { kind: 'probe', at: 1, name: 'dns', probe: 'dns', ok: false, ms: null, detail: '' } as const;

describe('facts', () => {
  const facts = (reading: Reading, ...raised: string[]): unknown[] =>
    factsOf([reading], configuration, (condition, key) => raised.includes(`${condition} ${key}`));

  const cases: readonly [what: string, reading: Reading, raised: string[], fact: unknown][] = [
    ['a failed service', service, [], { kind: 'stopped-service', value: 'db', details: {} }],
    [
      'a stopped service',
      { ...service, state: 'stopped' },
      [],
      { kind: 'stopped-service', value: 'db', details: {} },
    ],
    ['a service that need not run', { ...service, wanted: false }, [], undefined],
    ['a service on its way', { ...service, state: 'transition' }, [], undefined],
    [
      'a declared process that is down, with its command',
      web,
      [],
      { kind: 'stopped-process', value: 'web', details: { command: ['/usr/bin/webd', '--serve'] } },
    ],
    ['a running process', { ...web, state: 'running', pid: 5 }, [], undefined],
    ['a process that nobody declared', { ...web, name: 'other' }, [], undefined],
    ['a full filesystem whose condition has not been raised', filesystem, [], undefined],
    ...['disk-filling', 'disk-critical', 'inodes-low'].map(
      (condition): [string, Reading, string[], unknown] => [
        `a filesystem with ${condition}`,
        filesystem,
        [`${condition} filesystem:/var`],
        { kind: 'filling-filesystem', value: '/var', details: {} },
      ],
    ),
    ['a read-only filesystem', filesystem, ['filesystem-read-only filesystem:/var'], undefined],
    [
      'a folder over its limit, with its rule',
      folder,
      [],
      {
        kind: 'folder-over-limit',
        value: '/srv/spool',
        details: { patterns: ['*.tmp', 'core.*'], keepMinutes: ['5'] },
      },
    ],
    ['a folder under its limit', { ...folder, bytes: 99 }, [], undefined],
    [
      'a folder under its limit whose condition still stands',
      { ...folder, bytes: 99 },
      ['folder-over-limit folder:/srv/spool'],
      {
        kind: 'folder-over-limit',
        value: '/srv/spool',
        details: { patterns: ['*.tmp', 'core.*'], keepMinutes: ['5'] },
      },
    ],
    ['a folder that nobody declared', { ...folder, path: '/etc' }, [], undefined],
    ['names that do not resolve', probe, [], { kind: 'failing-name-resolution', value: 'dns', details: {} }],
    ['another probe that fails', { ...probe, name: 'web', probe: 'http' }, [], undefined],
    ['a probe that is well', { ...probe, ok: true }, [], undefined],
  ];
  for (const [what, reading, raised, fact] of cases)
    it(`${what} is ${fact === undefined ? 'none' : 'one'}`, () => {
      assert.deepEqual(facts(reading, ...raised), fact === undefined ? [] : [fact]);
    });
});
