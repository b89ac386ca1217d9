import assert from 'node:assert/strict';
import {
  type LaunchdPlist,
  launchdReadings,
  parseLaunchctlList,
} from '../../../src/collect/services/darwin.ts';
import { parseWindowsServices } from '../../../src/collect/services/windows.ts';

describe('services of Windows', () => {
  const row = (fields: object): object => ({
    Name: 'Spooler',
    State: 'Running',
    StartMode: 'Auto',
    ExitCode: 0,
    Triggered: false,
    ...fields,
  });
  const cases: readonly [what: string, fields: object, state: string, wanted: boolean][] = [
    ['running', {}, 'running', true],
    ['stopped', { State: 'Stopped' }, 'stopped', true],
    ['not started since the system started', { State: 'Stopped', ExitCode: 1077 }, 'stopped', true],
    ['ended with an error', { State: 'Stopped', ExitCode: 1067 }, 'failed', true],
    ['starting', { State: 'Start Pending' }, 'transition', true],
    ['paused', { State: 'Paused' }, 'transition', true],
    ['started by hand', { State: 'Stopped', StartMode: 'Manual' }, 'stopped', false],
    ['switched off', { State: 'Stopped', StartMode: 'Disabled' }, 'stopped', false],
    ['waiting for its trigger', { State: 'Stopped', Triggered: true }, 'stopped', false],
  ];
  for (const [what, fields, state, wanted] of cases)
    it(`${what}: ${state}, ${wanted ? '' : 'not '}wanted`, () => {
      const [reading] = parseWindowsServices(JSON.stringify([row(fields)]), 1);
      assert.deepEqual([reading?.name, reading?.state, reading?.wanted], ['Spooler', state, wanted]);
    });

  it('are not read from anything else', () => {
    for (const text of ['', 'Access is denied.', '{}', JSON.stringify([{ Name: 'Spooler' }])])
      assert.throws(() => parseWindowsServices(text, 1), { code: 'output-unknown' });
  });
});

describe('services of macOS', () => {
  const list =
    'PID\tStatus\tLabel\n412\t0\tcom.example.web\n-\t0\tcom.example.idle\n-\t-9\tcom.example.killed\n';
  const jobs = parseLaunchctlList(list);

  it('are read from launchctl', () => {
    assert.deepEqual(jobs, [
      { label: 'com.example.web', pid: 412, lastExit: 0 },
      { label: 'com.example.idle', pid: null, lastExit: 0 },
      { label: 'com.example.killed', pid: null, lastExit: -9 },
    ]);
  });

  const cases: readonly [what: string, plist: LaunchdPlist, state: string, wanted: boolean][] = [
    ['kept alive and running', { Label: 'com.example.web', KeepAlive: true }, 'running', true],
    ['kept alive and killed', { Label: 'com.example.killed', KeepAlive: true }, 'failed', true],
    ['kept alive and unloaded', { Label: 'com.example.gone', KeepAlive: true }, 'stopped', true],
    ['started on demand', { Label: 'com.example.idle' }, 'stopped', false],
    [
      'kept alive on conditions',
      { Label: 'com.example.idle', KeepAlive: { SuccessfulExit: false } },
      'stopped',
      false,
    ],
    ['disabled', { Label: 'com.example.gone', KeepAlive: true, Disabled: true }, 'stopped', false],
  ];
  for (const [what, plist, state, wanted] of cases)
    it(`${what}: ${state}, ${wanted ? '' : 'not '}wanted`, () => {
      const [reading] = launchdReadings([plist], jobs, 1);
      assert.deepEqual([reading?.state, reading?.wanted], [state, wanted]);
    });
});
