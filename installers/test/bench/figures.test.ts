import assert from 'node:assert/strict';
import { BenchError } from '../../bench/bench-error.ts';
import { benches } from '../../bench/benches/index.ts';
import { figure, median } from '../../bench/figure.ts';
import { select } from '../../bench/selection.ts';
import { repairFigures } from '../../bench/setting/restarts.ts';
import { tableOf } from '../../bench/table.ts';

describe('the benches', () => {
  it('take medians, and none of nothing', () => {
    assert.equal(median([3, 1, 2]), 2);
    assert.equal(median([4, 1, 2, 3]), 2.5);
    assert.throws(() => median([]), RangeError);
  });

  it('set a figure beside its floor', () => {
    const { value, floor, ratio, samples } = figure('x', 'ms', [8, 6, 7], [2, 2, 5]);
    assert.deepEqual(
      { value, floor, ratio, samples },
      { value: 7, floor: 2, ratio: 3.5, samples: [8, 6, 7] },
    );
  });

  it("tell Millwright's own share of a repair", () => {
    const [whole, own] = repairFigures('fix', [{ total: 30, restart: 10 }]);
    assert.deepEqual([whole?.value, own?.value, own?.floor], [30, 20, 10]);
  });

  it('have each a name of its own, the promised ones among them', () => {
    const names = benches.flatMap((bench) => bench.names);
    assert.equal(new Set(names).size, names.length);
    for (const name of [
      'fix.process',
      'fix.systemd',
      'run.round-trip',
      'ingest',
      'controller.rss',
      'agent.rss',
      'agent.cpu',
    ])
      assert.ok(names.includes(name), name);
  });

  it('are chosen by name, all where none is given', () => {
    assert.equal(select(benches, []).benches.length, benches.length);
    const chosen = select(benches, ['fix', 'agent.cpu']);
    assert.deepEqual(
      chosen.benches.map(({ names }) => names[0]),
      ['fix.process', 'fix.systemd', 'agent.rss'],
    );
    assert.equal(chosen.wants(figure('agent.rss', 'MiB', [1], [1])), false);
    assert.throws(
      () => select(benches, ['fi']),
      (error) => error instanceof BenchError && error.code === 'name-unknown',
    );
  });

  it('are told in columns', () => {
    assert.deepEqual(tableOf([figure('x', 'ms', [12.34], [2])]), [
      'figure  value  floor  unit  ratio  samples',
      'x        12.3   2.00  ms     6.17        1',
    ]);
  });
});
