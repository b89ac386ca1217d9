import assert from 'node:assert/strict';
import { LiveChange } from '@millwright/shared/api';
import { describe, it } from 'mocha';
import { readChange, staleAfter } from '../../dashboard/src/api/keys.ts';

describe('the live feed', () => {
  const changes: readonly LiveChange[] = [
    { changed: 'endpoint', id: 'e1' },
    { changed: 'alert', id: 4 },
    { changed: 'ticket', id: 7 },
    { changed: 'approvals' },
    { changed: 'fleet' },
    { changed: 'everything' },
  ];

  it('is tested with every kind of change that there is', () =>
    assert.deepEqual(
      changes.map(({ changed }) => changed),
      LiveChange.options.map(({ shape }) => shape.changed.value),
    ));

  for (const change of changes) {
    it(`reads a change of ${change.changed}`, () =>
      assert.deepEqual(readChange(JSON.stringify(change)), change));
    it(`makes the figures of the fleet old after a change of ${change.changed}`, () =>
      // A key covers every longer one that begins with it.
      assert.ok(staleAfter(change).some((key) => key.every((part, at) => ['fleet'][at] === part))));
  }

  it('makes only the one ticket old among tickets that are open on screen', () =>
    assert.deepEqual(
      staleAfter({ changed: 'ticket', id: 7 }).filter(([name]) => name === 'ticket'),
      [['ticket', 7]],
    ));

  for (const strange of ['', 'not json', 'null', '"alert"', '{}', '{"changed":"weather"}', '{"changed":4}'])
    it(`leaves ${JSON.stringify(strange)} alone`, () => assert.equal(readChange(strange), undefined));
});
