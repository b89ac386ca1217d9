import assert from 'node:assert/strict';
import { type PidCount, pidsBetween } from '../../src/runner/tree/linux-pids.ts';

describe('the ids of what was started meanwhile', () => {
  const before = { lastPid: 100, forks: 5000 };
  const cases: [string, PidCount, PidCount, number[] | 'any'][] = [
    ['are those that were given out meanwhile', before, { lastPid: 103, forks: 5003 }, [101, 102, 103]],
    ['leave gaps where an id is in use still', before, { lastPid: 104, forks: 5003 }, [101, 102, 103, 104]],
    ['may be any once they began again from below', before, { lastPid: 90, forks: 37_000 }, 'any'],
    ['may be any once they came round', before, { lastPid: 103, forks: 37_471 }, 'any'],
    ['may be any where other forks are counted too', before, { lastPid: 103, forks: 5004 }, 'any'],
    ['may be any where the kernel counts nothing', { lastPid: 0, forks: 0 }, { lastPid: 0, forks: 0 }, 'any'],
    ['may be any where the first reading is missing', undefined, { lastPid: 103, forks: 5003 }, 'any'],
    ['may be any where the second reading is missing', before, undefined, 'any'],
  ];
  for (const [what, first, second, expected] of cases)
    it(what, () => {
      const started = pidsBetween(first, second);
      assert.deepEqual(
        started === undefined ? 'any' : [99, 100, 101, 102, 103, 104, 105].filter(started),
        expected,
      );
    });
});
