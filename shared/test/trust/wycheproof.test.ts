import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { verifySignature } from '@millwright/shared/trust';
import { z } from 'zod';

const hex = z.string().transform((text) => Buffer.from(text, 'hex'));
const Vectors = z.object({
  numberOfTests: z.number(),
  testGroups: z.array(
    z.object({
      publicKeyDer: hex,
      tests: z.array(
        z.object({
          tcId: z.number(),
          comment: z.string(),
          msg: hex,
          sig: hex,
          result: z.enum(['valid', 'invalid', 'acceptable']),
        }),
      ),
    }),
  ),
});

describe('verifySignature, by the Wycheproof vectors', () => {
  for (const [name, cases] of [
    ['wycheproof-ed25519.json.gz', 151],
    ['wycheproof-ecdsa-p256-sha256.json.gz', 484],
  ] as const) {
    const { testGroups } = Vectors.parse(
      JSON.parse(gunzipSync(readFileSync(join(import.meta.dirname, 'vectors', name))).toString()),
    );
    it(`${name}: accepts the valid and no other of ${cases}`, () => {
      const wrong: string[] = [];
      let count = 0;
      for (const { publicKeyDer, tests } of testGroups) {
        const key = createPublicKey({ key: publicKeyDer, format: 'der', type: 'spki' });
        for (const { tcId, comment, msg, sig, result } of tests) {
          count += 1;
          if (verifySignature(key, msg, sig) !== (result === 'valid'))
            wrong.push(`${tcId} (${result}): ${comment}`);
        }
      }
      assert.deepEqual(wrong, []);
      assert.equal(count, cases);
    });
  }
});
