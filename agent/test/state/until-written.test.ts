import assert from 'node:assert/strict';
import { untilWritten } from '../../src/state/index.ts';

const full = (): Error => Object.assign(new Error('full'), { code: 'ENOSPC' });

describe('untilWritten', () => {
  it('does it at once where it can, before it returns', async () => {
    let done = 0;
    const written = untilWritten(() => {
      done += 1;
    });
    assert.equal(done, 1);
    assert.equal(await written, true);
  });

  it('tries again while the disk refuses, and tells of it once', async function () {
    this.timeout(20_000);
    let tries = 0;
    const refused: unknown[] = [];
    // Its own timer keeps no process alive.
    const alive = setInterval(() => {}, 1000);
    const written = await untilWritten(
      () => {
        tries += 1;
        if (tries < 3) throw full();
      },
      { refused: (error) => refused.push(error) },
    );
    clearInterval(alive);
    assert.deepEqual([written, tries, refused.length], [true, 3, 1]);
  });

  it('does not try again what is no failure of the disk', async () => {
    let tries = 0;
    await assert.rejects(
      untilWritten(() => {
        tries += 1;
        throw new TypeError('a bug');
      }),
      TypeError,
    );
    assert.equal(tries, 1);
  });

  it('says that it is not written where the waiting was ended', async () => {
    const ended = new AbortController();
    const alive = setInterval(() => {}, 1000);
    const written = untilWritten(
      () => {
        throw full();
      },
      { signal: ended.signal },
    );
    ended.abort();
    assert.equal(await written, false);
    clearInterval(alive);
  });
});
