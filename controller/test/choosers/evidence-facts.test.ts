import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Reading } from '@millwright/shared/readings';
import { Manifest } from '@millwright/shared/runbook';
import { factsIn } from '../../src/choosers/index.ts';
import { parametersFromFacts } from '../../src/choosers/parameters-from-facts.ts';

type Probe = Extract<Reading, { kind: 'probe' }>;

const stock = (id: string): Manifest =>
  Manifest.parse(
    JSON.parse(readFileSync(new URL(`../../runbooks/${id}/runbook.json`, import.meta.url), 'utf8')),
  );

const failing = (name: string, probe: Probe['probe']): Probe => ({
  kind: 'probe',
  at: 1,
  name,
  probe,
  ok: false,
  ms: null,
  detail: 'timed out',
});

describe('what a failing probe makes possible', () => {
  for (const id of [
    'linux/network/restart-resolver',
    'darwin/network/flush-dns',
    'windows/network/flush-dns',
  ]) {
    it(`${id} for names that do not resolve`, () =>
      assert.deepEqual(parametersFromFacts(stock(id), factsIn([failing('dns', 'dns')])), { probe: 'dns' }));

    for (const [name, probe] of [
      ['web', 'http'],
      ['database', 'tcp'],
      ['gateway', 'gateway'],
    ] as const)
      it(`${id} not for ${probe}`, () =>
        assert.equal(parametersFromFacts(stock(id), factsIn([failing(name, probe)])), undefined));
  }
});
