import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { tufKeyIdOf } from '@millwright/shared/trust';
import { MetadataKind, Root, Targets } from '@tufjs/models';
import { checkDelegations, checkRootKeys } from '../../src/catalogue/key-rules.ts';
import { SPEC_VERSION, tufKeyOf } from '../../src/catalogue/tuf-document.ts';
import { refusedWith } from './fixture.ts';

const newKey = () => tufKeyOf(generateKeyPairSync('ed25519').privateKey);
const common = { spec_version: SPEC_VERSION, version: 1, expires: '2030-01-01T00:00:00Z' };
const delegating = (
  keys: Record<string, ReturnType<typeof newKey>>,
  role: Record<string, unknown>,
): Targets => {
  const whole = {
    name: 'linux-disk',
    terminating: true,
    threshold: 2,
    keyids: Object.keys(keys),
    paths: ['linux/disk/*'],
    ...role,
  };
  return Targets.fromJSON({
    _type: MetadataKind.Targets,
    ...common,
    targets: {},
    delegations: JSON.parse(JSON.stringify({ keys, roles: [whole] })),
  });
};

describe('the rules for keys', () => {
  const [one, two] = [newKey(), newKey()];
  const good = { [tufKeyIdOf(one)]: one, [tufKeyIdOf(two)]: two };
  const twice = { [tufKeyIdOf(one)]: one, ['f'.repeat(64)]: one };

  it('let two keys under their own ids be two', () => checkDelegations(delegating(good, {})));

  it('refuse one key under two ids, in a delegation and in the root', () => {
    assert.throws(() => checkDelegations(delegating(twice, {})), refusedWith('key-id-wrong'));
    const role = { keyids: Object.keys(twice), threshold: 2 };
    const root = Root.fromJSON({
      _type: MetadataKind.Root,
      ...common,
      consistent_snapshot: true,
      keys: JSON.parse(JSON.stringify(twice)),
      roles: { root: role, targets: role, snapshot: role, timestamp: role },
    });
    assert.throws(() => checkRootKeys(root), refusedWith('key-id-wrong'));
  });

  it('refuse one key in two spellings', () => {
    const capitals = { ...one, keyval: { public: one.keyval.public.toUpperCase() } };
    const twoSpellings = { [tufKeyIdOf(one)]: one, [tufKeyIdOf(capitals)]: capitals };
    assert.throws(() => checkDelegations(delegating(twoSpellings, {})), refusedWith('key-id-wrong'));
  });

  it('refuse two roles for one namespace', () => {
    const json = delegating(good, {}).toJSON();
    const twice = JSON.parse(JSON.stringify(json));
    twice.delegations.roles.push({ ...twice.delegations.roles[0], name: 'linux-disk-again' });
    assert.throws(() => checkDelegations(Targets.fromJSON(twice)), refusedWith('delegation-malformed'));
  });

  it('refuse one key named twice in a role', () => {
    const keyids = [tufKeyIdOf(one), tufKeyIdOf(one)];
    assert.throws(() => checkDelegations(delegating(good, { keyids })), /duplicate key IDs/);
  });

  it('refuse a delegation that is not one literal prefix and one *, or that does not end the search', () => {
    for (const role of [
      { paths: ['*/disk/*'] },
      { paths: ['linux/disk/a'] },
      { paths: ['linux/disk/*', 'linux/*'] },
      { paths: ['linux/di?k/*'] },
      { paths: ['linux/[a]*'] },
      { terminating: false },
      { paths: [] },
    ])
      assert.throws(
        () => checkDelegations(delegating(good, role)),
        refusedWith('delegation-malformed'),
        JSON.stringify(role),
      );
  });
});
