import assert from 'node:assert/strict';
import { crash } from '../crash/crash.ts';
import { cutWire } from '../crash/cut-wire.ts';
import { fullDisk } from '../crash/full-disk.ts';

const seed = 20_261_124;

describe('whatever crashes, nothing is lost and nothing runs twice', () => {
  it('over 200 kills of agents and controller, at any moment', async function () {
    this.timeout(1_200_000);
    const kills = 200;
    const { findings, figures, record, kept } = await crash({
      kills,
      seed,
      endpoints: 4,
      each: 20,
      progress: () => {},
    });
    assert.deepEqual(findings, [], `seed ${seed}; everything is kept in ${kept}`);
    const { start, run, any } = record.kills;
    const sum = (side: 'controller' | 'agent'): number => start[side] + run[side] + any[side];
    assert.equal(sum('controller') + sum('agent'), kills);
    assert.ok(sum('controller') > 0 && sum('agent') > 0, JSON.stringify(record.kills));
    // It proves little where the kills met nothing: some runs must have been hit, and some have come through.
    assert.ok((figures.runs.interrupted ?? 0) > 0, JSON.stringify(figures));
    assert.ok((figures.runs.fixed ?? 0) > 0, JSON.stringify(figures));
  });

  it('when connections are cut, also half-open', async function () {
    this.timeout(300_000);
    const { findings, figures } = await cutWire({ cuts: 25, seed });
    assert.deepEqual(findings, []);
    assert.ok((figures.runs.fixed ?? 0) > 0, JSON.stringify(figures));
  });

  it("when the disk of the agent's state is full", async function () {
    this.timeout(300_000);
    const { findings, figures, said } = await fullDisk({ whose: 'agent', rounds: 3, seed });
    assert.deepEqual(findings, []);
    assert.match(said, /the disk of the agent's state is full; the agent works on/);
    assert.ok((figures.runs.fixed ?? 0) > 0, JSON.stringify(figures));
  });

  it("when the disk of the controller's data is full", async function () {
    this.timeout(300_000);
    const { findings, figures, said } = await fullDisk({ whose: 'controller', rounds: 3, seed });
    assert.deepEqual(findings, []);
    assert.match(said, /message not committed; the agent will resend it/);
    assert.ok((figures.runs.fixed ?? 0) > 0, JSON.stringify(figures));
  });
});
