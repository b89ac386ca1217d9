import assert from 'node:assert/strict';
import type { RefusalCode, RunReport } from '@millwright/shared/trust';
import { Arena } from './arena.ts';
import type { SceneOptions } from './scene.ts';

/**
 * One attack. First an honest run succeeds in the same arena, so that a refusal is known to be the attack's doing. Then
 * `body` attacks; what it returns is the report of its last warrant, which must be a refusal with that code (and
 * reason, where one code has many), with no process started for it and the honest script not run.
 */
export function attack(
  name: string,
  refusal: RefusalCode | readonly [RefusalCode, RegExp],
  body: (arena: Arena) => Promise<RunReport>,
  options: SceneOptions = {},
): void {
  withArena(name, options, async (arena) => {
    const [code, reason] = typeof refusal === 'string' ? [refusal, /./] : refusal;
    const report = await body(arena);
    assert.deepEqual(
      {
        outcome: report.result.outcome,
        code: report.result.outcome === 'refused' ? report.result.code : undefined,
      },
      { outcome: 'refused', code },
    );
    assert.match(report.result.outcome === 'refused' ? report.result.reason : '', reason);
    assert.deepEqual(arena.ranSoFar(), arena.ranBeforeLast, 'something ran');
  });
}

/** An attack that the agent need not refuse because it comes to nothing: `body` asserts what happened instead. */
export function harmless(
  name: string,
  body: (arena: Arena) => Promise<void>,
  options: SceneOptions = {},
): void {
  withArena(name, options, body);
}

function withArena(name: string, options: SceneOptions, body: (arena: Arena) => Promise<void>): void {
  describe('attack', () => {
    it(name, async () => {
      const arena = new Arena(options);
      try {
        const { result } = await arena.honest();
        assert.equal(result.outcome, 'fixed', `the honest run before the attack: ${JSON.stringify(result)}`);
        assert.ok(arena.started.length > 0);
        await body(arena);
      } finally {
        arena.close();
      }
    });
  });
}
