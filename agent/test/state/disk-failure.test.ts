import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { diskProblemOf, isDiskFailure, remedies } from '../../src/state/index.ts';

const bySystem = (code: string): Error => Object.assign(new Error(code), { code });
const bySqlite = (errcode: number): Error =>
  Object.assign(new Error('sqlite'), { code: 'ERR_SQLITE_ERROR', errcode });

describe("a disk's failure", () => {
  const cases: [string, Error, string | undefined][] = [
    ['SQLITE_BUSY', bySqlite(5), 'state-locked'],
    ['SQLITE_READONLY', bySqlite(8), 'disk-read-only'],
    ['SQLITE_IOERR_SHMSIZE', bySqlite(10 | (19 << 8)), 'disk-failing'],
    ['SQLITE_FULL', bySqlite(13), 'disk-full'],
    ['SQLITE_CANTOPEN', bySqlite(14), 'state-unopenable'],
    ['SQLITE_CORRUPT, which is bad data', bySqlite(11), undefined],
    ['SQLITE_CONSTRAINT, which is a bug', bySqlite(19), undefined],
    ['SQLITE_NOTADB', bySqlite(26), undefined],
    ['ENOSPC', bySystem('ENOSPC'), 'disk-full'],
    ['EDQUOT', bySystem('EDQUOT'), 'disk-full'],
    ['EIO', bySystem('EIO'), 'disk-failing'],
    ['EROFS', bySystem('EROFS'), 'disk-read-only'],
    ['EMFILE', bySystem('EMFILE'), 'too-many-files'],
    ['EACCES', bySystem('EACCES'), 'not-permitted'],
    ['ENOENT, which is an answer', bySystem('ENOENT'), undefined],
    ['a bug', new TypeError('x'), undefined],
  ];
  for (const [what, error, problem] of cases)
    it(`${problem ?? 'is not'}: ${what}`, () => {
      assert.equal(diskProblemOf(error), problem);
      assert.equal(isDiskFailure(error), problem !== undefined);
    });

  it('is named as the system really tells it, with what to do', () => {
    try {
      writeFileSync('/dev/full', 'x');
      assert.fail('/dev/full took something');
    } catch (error) {
      const problem = diskProblemOf(error);
      assert.equal(problem, 'disk-full');
      assert.match(problem === undefined ? '' : remedies[problem], /free some space/);
    }
  });
});
