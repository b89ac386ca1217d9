import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { distanceInWords, durationInWords } from '../../dashboard/src/words/duration.ts';
import { counted, percentOf, sizeInWords } from '../../dashboard/src/words/size.ts';

describe('durations in words', () => {
  const cases: readonly (readonly [ms: number, words: string])[] = [
    [4.24, '4.2 milliseconds'],
    [80, '80 milliseconds'],
    [420, '0.42 seconds'],
    [1_000, '1 second'],
    [9_440, '9.4 seconds'],
    [59_400, '59 seconds'],
    [60_000, '1 minute'],
    [200_000, '3 minutes 20 seconds'],
    [3_600_000, '1 hour'],
    [86_400_000 * 12 + 3_600_000 * 4, '12 days 4 hours'],
  ];
  for (const [ms, words] of cases) it(`says ${words}`, () => assert.equal(durationInWords(ms), words));
});

describe('distances in words', () => {
  const now = 1_800_000_000_000;
  const cases: readonly (readonly [at: number, words: string])[] = [
    [now, 'just now'],
    [now - 30_000, 'less than a minute ago'],
    [now + 30_000, 'in less than a minute'],
    [now - 60_000, '1 minute ago'],
    [now + 3_600_000 * 3, 'in 3 hours'],
    [now - 86_400_000 * 2, '2 days ago'],
  ];
  for (const [at, words] of cases) it(`says ${words}`, () => assert.equal(distanceInWords(at, now), words));
});

describe('sizes in words', () => {
  const cases: readonly (readonly [bytes: number, words: string])[] = [
    [0, '0 B'],
    [1023, '1,023 B'],
    [1024, '1 KiB'],
    [3.2 * 1024 ** 3, '3.2 GiB'],
    [412.4 * 1024 ** 3, '412 GiB'],
    [5000 * 1024 ** 4, '5,000 TiB'],
  ];
  for (const [bytes, words] of cases) it(`says ${words}`, () => assert.equal(sizeInWords(bytes), words));

  it('has no percentage of nothing', () => assert.equal(percentOf(5, 0), 0));
  it('keeps a percentage within its bar', () => assert.equal(percentOf(7, 5), 100));
  it('counts one and many', () =>
    assert.deepEqual([counted(1, 'fix', 'fixes'), counted(2, 'fix', 'fixes')], ['1 fix', '2 fixes']));
});
