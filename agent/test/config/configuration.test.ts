import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfiguration } from '../../src/config/index.ts';

describe("the agent's configuration", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const read = (value: object): ReturnType<typeof readConfiguration> => {
    const file = join(folder, 'agent.json');
    writeFileSync(file, JSON.stringify({ stateDir: '/s', ...value }));
    return readConfiguration(file);
  };

  it('needs nothing but a folder for the state, and is bounded then', () => {
    const { processes, folders, probes, policy } = read({});
    assert.deepEqual({ processes, folders, probes }, { processes: [], folders: [], probes: [] });
    assert.deepEqual(policy, {
      namespaces: ['*'],
      classes: ['L0', 'L1', 'L2'],
      perHour: 6,
      perDay: 20,
      allPerHour: 30,
      quarantineAfter: 2,
      killSwitch: false,
    });
  });

  const daemon = { name: 'd', command: ['/bin/d'], pidFile: '/run/d.pid' };
  const spool = { path: '/srv/spool', limitBytes: 1, clean: ['*.tmp'] };
  const refused: [string, object, RegExp][] = [
    ['a limit that is no number', { policy: { perHour: 'many' } }, /policy\.perHour/],
    ['a limit without an end', { policy: { perHour: 1e9 } }, /policy\.perHour/],
    ['a limit below none', { policy: { allPerHour: -1 } }, /policy\.allPerHour/],
    ['a quarantine that never comes', { policy: { quarantineAfter: 0 } }, /policy\.quarantineAfter/],
    ['a namespace with two wildcards', { policy: { namespaces: ['*/x/*'] } }, /policy\.namespaces\.0/],
    ['a class that there is not', { policy: { classes: ['L3'] } }, /policy\.classes\.0/],
    ['a word that it does not know', { killSwitch: true }, /killSwitch/],
    [
      'a shell line as a command',
      { processes: [{ ...daemon, command: '/bin/d --now' }] },
      /processes\.0\.command/,
    ],
    [
      'a process found in two ways',
      { processes: [{ ...daemon, matches: 'bin/d' }] },
      /one of pidFile and matches/,
    ],
    [
      'a process found in no way',
      { processes: [{ ...daemon, pidFile: undefined }] },
      /one of pidFile and matches/,
    ],
    ['a relative path', { folders: [{ ...spool, path: 'spool' }] }, /folders\.0\.path: must be a full path/],
    ['the root as a folder to clean', { folders: [{ ...spool, path: '/' }] }, /folders\.0\.path/],
    [
      'a pattern that leaves the folder',
      { folders: [{ ...spool, clean: ['../*'] }] },
      /folders\.0\.clean\.0/,
    ],
    ['two processes of one name', { processes: [daemon, daemon] }, /every name must be another/],
    ['two folders of one path', { folders: [spool, spool] }, /every path must be another/],
    [
      "a probe with one of the agent's own names",
      { probes: [{ probe: 'tcp', name: 'dns', host: 'h', port: 1 }] },
      /'dns' are the agent's own probes/,
    ],
  ];
  for (const [what, value, says] of refused)
    it(`is refused with ${what}, and says where`, () => {
      assert.throws(() => read(value), { name: 'ConfigurationError', message: says });
    });
});
