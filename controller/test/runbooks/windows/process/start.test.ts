import assert from 'node:assert/strict';
import { assertShape, scriptOf } from '../script-shape.ts';

const id = 'windows/process/start';

describe(id, () => {
  it('has the shape of a runbook (there is no PowerShell here to run it)', () => assertShape(id));

  it('starts the declared program by its path, with arguments that it quotes itself', () => {
    const text = scriptOf(id, 'fix.ps1');
    assert.match(text, /\$start\.FileName = \$Command\[0\]/);
    assert.match(text, /ConvertTo-Argument \$_/);
  });

  // The script's two replacements, by hand: what programs take apart again with CommandLineToArgvW.
  const quote = (value: string): string =>
    value !== '' && !/[\s"]/.test(value)
      ? value
      : `"${value.replace(/(\\*)"/g, '$1$1\\"').replace(/(\\+)$/, '$1$1')}"`;
  for (const [value, quoted] of [
    ['plain', 'plain'],
    ['', '""'],
    ['a b', '"a b"'],
    ['C:\\a b\\', '"C:\\a b\\\\"'],
    ['say "x"', '"say \\"x\\""'],
    ['a\\"b', '"a\\\\\\"b"'],
  ] as const)
    it(`quotes ${JSON.stringify(value)} by the rule that the script has`, () => {
      const text = scriptOf(id, 'fix.ps1');
      assert.ok(
        text.includes(String.raw`-replace '(\\*)"', '$1$1\"'`) &&
          text.includes(String.raw`-replace '(\\+)$', '$1$1'`),
      );
      assert.equal(quote(value), quoted);
    });
});
