import assert from 'node:assert/strict';
import { orderKillSwitch } from '../../src/engine/index.ts';
import {
  PolicyDistribution,
  type PolicyError,
  policyFor,
  setConditionPolicy,
} from '../../src/policy/index.ts';
import { Endpoint } from '../harness/endpoint.ts';
import { Installation } from '../harness/installation.ts';

describe('policy', () => {
  let installation: Installation;
  let endpoint: Endpoint;

  before(async () => {
    installation = await Installation.create();
    endpoint = await Endpoint.enrol(await installation.bundle());
    await endpoint.connect(installation.controller.agentsPort);
  });
  after(async () => {
    await endpoint.disconnect();
    await installation.remove();
  });

  const set = (
    scope: Parameters<typeof setConditionPolicy>[1]['scope'],
    condition: string,
    override: Parameters<typeof setConditionPolicy>[1]['override'],
  ) => setConditionPolicy(installation.controller, { scope, condition, override, by: 'ada' });
  const refusal = (code: PolicyError['code']) => (error: unknown) =>
    error instanceof Error && 'code' in error && error.code === code;

  it('puts the nearer word over the farther, field by field, and can be taken back', async () => {
    await set({ scope: 'all' }, 'disk-filling', {
      raiseAfterSeconds: 5,
      thresholds: { usedPercent: 80, freeGiB: 10 },
    });
    await set({ scope: 'client', id: 'hill-bakery' }, 'disk-filling', { thresholds: { usedPercent: 70 } });
    await set({ scope: 'endpoint', id: endpoint.id }, 'process-stopped', { enabled: false });
    const read = () => policyFor(installation.controller.store.read, endpoint.id);
    const { conditions, version } = await read();
    assert.deepEqual(conditions['disk-filling'], {
      raiseAfterSeconds: 5,
      thresholds: { usedPercent: 70, freeGiB: 10 },
    });
    assert.equal(conditions['process-stopped']?.enabled, false);
    await set({ scope: 'endpoint', id: endpoint.id }, 'process-stopped', null);
    const after = await read();
    assert.equal(after.conditions['process-stopped'], undefined);
    assert.ok(after.version > version, 'a policy that changed has a higher version');
  });

  it('reaches a connected endpoint without being asked for', async () => {
    await set({ scope: 'site', id: 'hill-bakery/head-office' }, 'inodes-low', {
      thresholds: { freePercent: 3 },
    });
    let told = await endpoint.next('policy');
    // Those before are told as well.
    while (told.policy.conditions['inodes-low'] === undefined) told = await endpoint.next('policy');
    assert.deepEqual(told.policy.conditions['inodes-low'].thresholds, { freePercent: 3 });
  });

  describe('and the kill switch, when they change,', () => {
    const killSwitch = (on: boolean) =>
      orderKillSwitch(
        { ...installation.controller, clock: installation.clock },
        { on, reason: 'a test', by: 'ada' },
      );
    /** A distribution of its own, and the kill switch as each endpoint was told it. */
    const distributed = () => {
      let connected: string[] = [];
      const told = new Map<string, boolean>();
      const policies = new PolicyDistribution(installation.controller.store, {
        connected: () => connected,
        send: (to, message) => {
          assert.ok(message.type === 'policy');
          told.set(to, message.policy.killSwitch);
          return true;
        },
      });
      return {
        policies,
        told,
        connect: (...ids: string[]) => {
          connected = ids;
        },
      };
    };
    afterEach(() => killSwitch(false));

    it('reach an endpoint that was greeted before the first look', async () => {
      const { policies, told, connect } = distributed();
      connect(endpoint.id);
      await killSwitch(true);
      await policies.tick();
      assert.equal(told.get(endpoint.id), true);
    });

    it('reach an endpoint that was being greeted when all were told', async () => {
      const { policies, told, connect } = distributed();
      await policies.tick();
      await killSwitch(true);
      await policies.tick();
      connect(endpoint.id);
      await policies.tick();
      assert.equal(told.get(endpoint.id), true);
    });

    it('reach those behind one for which they cannot be read, at the next look', async () => {
      const { policies, told, connect } = distributed();
      await policies.tick();
      await policies.tick();
      connect('unknown', endpoint.id);
      await killSwitch(true);
      await assert.rejects(policies.tick());
      assert.equal(told.get(endpoint.id), undefined);
      connect(endpoint.id);
      await policies.tick();
      assert.equal(told.get(endpoint.id), true);
    });
  });

  it('refuses what no endpoint could use, by name', async () => {
    await assert.rejects(set({ scope: 'all' }, 'disk-on-fire', {}), refusal('condition-unknown'));
    await assert.rejects(
      set({ scope: 'all' }, 'disk-filling', { thresholds: { usedPercent: 400 } }),
      refusal('override-invalid'),
    );
    await assert.rejects(
      set({ scope: 'all' }, 'disk-filling', { thresholds: { used: 40 } }),
      refusal('override-invalid'),
    );
    await assert.rejects(
      set({ scope: 'client', id: 'nobody' }, 'disk-filling', {}),
      refusal('scope-unknown'),
    );
  });
});
