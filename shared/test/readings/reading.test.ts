import assert from 'node:assert/strict';
import { keyOf, Reading } from '../../src/readings/index.ts';
import { filesystem, folder, probe, processReading, service } from '../conditions/sample-readings.ts';

describe('readings', () => {
  const host = {
    kind: 'host',
    at: 1,
    uptimeSeconds: 1,
    load1: 0,
    cores: 2,
    memoryTotalBytes: 2,
    memoryAvailableBytes: 1,
  } as const;

  it('each have a key under which a newer one replaces them', () => {
    const keys = [filesystem(), service(), processReading(), folder(), probe(), host].map(keyOf);
    assert.deepEqual(keys, [
      'filesystem:/var',
      'service:web.service',
      'process:web',
      'folder:/srv/spool',
      'probe:shop',
      'host:host',
    ]);
  });

  it('are taken as they are', () => {
    for (const reading of [filesystem(), service(), processReading(), folder(), probe(), host])
      assert.deepEqual(Reading.parse(reading), reading);
  });

  it('with an unknown field, kind or a negative size are refused', () => {
    for (const wrong of [{ ...host, extra: 1 }, { ...host, kind: 'weather' }, filesystem({ freeBytes: -1 })])
      assert.equal(Reading.safeParse(wrong).success, false);
  });
});
