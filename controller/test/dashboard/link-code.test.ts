import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { takeLinkCode } from '../../dashboard/src/session/link-code.ts';

describe('the code of a one-time link', () => {
  it('is taken out of the address', () => {
    const addresses: string[] = [];
    const code = takeLinkCode(
      { hash: '#code=abc%2Bdef', pathname: '/sign-in', search: '?from=cli' },
      { replaceState: (_data, _unused, address) => addresses.push(address) },
    );
    assert.equal(code, 'abc+def');
    assert.deepEqual(addresses, ['/sign-in?from=cli']);
  });

  for (const hash of ['', '#', '#code=', '#other=1'])
    it(`is not seen in ${JSON.stringify(hash)}, and the address stays`, () =>
      assert.equal(
        takeLinkCode(
          { hash, pathname: '/sign-in', search: '' },
          { replaceState: () => assert.fail('the address was changed') },
        ),
        undefined,
      ));
});
