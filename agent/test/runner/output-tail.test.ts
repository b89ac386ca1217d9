import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OutputTail } from '../../src/runner/output-tail.ts';

describe('OutputTail', () => {
  it('reads the last bytes of all that was written, however it was cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme-ascii', maxLength: 50 })),
        fc.integer({ min: 1, max: 64 }),
        (chunks, limit) => {
          const tail = new OutputTail(limit);
          for (const chunk of chunks) tail.write(Buffer.from(chunk));
          const all = chunks.join('');
          assert.deepEqual(tail.read(), { output: all.slice(-limit), truncated: all.length > limit });
        },
      ),
    );
  });

  it('shows a cut character as such', () => {
    const tail = new OutputTail(2);
    tail.write(Buffer.from('x€'));
    assert.match(tail.read().output, /^\uFFFD+$/);
  });
});
