import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseStrictJson } from '../../src/warrants/strict-json.ts';

describe('parseStrictJson', () => {
  it('reads whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value);
        // The one key that is refused whatever it holds, as below.
        fc.pre(!text.includes('"__proto__"'));
        // -0 is written as 0.
        assert.deepEqual(parseStrictJson(Buffer.from(text)), JSON.parse(text));
      }),
    );
  });

  const refused: [string, string | Buffer][] = [
    ['a key that stands twice', '{"a":1,"a":1}'],
    ['a key that stands twice, deep inside', '{"a":[{"b":{"c":1,"c":2}}]}'],
    ['a key that is written in two ways', '{"a":1,"\\u0061":2}'],
    ['an escape that need not be', '{"\\u0061":1}'],
    ['__proto__', '{"__proto__":{"a":1}}'],
    ['__proto__ with a plain value', '{"a":{"__proto__":1}}'],
    ['white space', '{"a": 1}'],
    ['a line end after it', '{"a":1}\n'],
    ['another value after it', '{"a":1}{"a":2}'],
    ['another spelling of a number', '{"a":1.0}'],
    ['a number that is not exact', '{"a":9007199254740993}'],
    ['a number beyond all bounds', '{"a":1e999}'],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x31])],
    ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['an overlong encoding', Buffer.from([0x22, 0xc0, 0xaf, 0x22])],
    ['nothing', ''],
    ['a comment', '{/**/"a":1}'],
  ];
  for (const [what, text] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => parseStrictJson(Buffer.from(text)), SyntaxError);
    });
  }
});
