import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { Envelope, keyIdOf, signEnvelope, verifyEnvelope, verifySignature } from '@millwright/shared/trust';

const type = 'application/vnd.millwright.test+json';
const ed25519 = (): KeyObject => generateKeyPairSync('ed25519').privateKey;
const p256 = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
const trusting = (...keys: KeyObject[]): Map<string, KeyObject> =>
  new Map(keys.map((key) => [keyIdOf(key), key]));
const payload = Buffer.from('{"a":1}');

describe('DSSE envelopes', () => {
  for (const [name, newKey] of [
    ['Ed25519', ed25519],
    ['P-256', p256],
  ] as const) {
    it(`verify what ${name} has signed, and give its bytes`, () => {
      const key = newKey();
      const envelope = Envelope.parse(signEnvelope(type, payload, key));
      assert.deepEqual(verifyEnvelope(envelope, type, trusting(key)), {
        payload,
        signers: new Set([keyIdOf(key)]),
      });
    });
  }

  it('count each signer once, and only those who are trusted', () => {
    const [one, two, stranger] = [ed25519(), p256(), ed25519()];
    let envelope = signEnvelope(type, payload, one);
    for (const key of [two, stranger, one]) envelope = signEnvelope(type, payload, key, envelope);
    assert.equal(envelope.signatures.length, 3);
    const doubled = { ...envelope, signatures: [...envelope.signatures, ...envelope.signatures] };
    assert.deepEqual(
      verifyEnvelope(doubled, type, trusting(one, two)).signers,
      new Set([keyIdOf(one), keyIdOf(two)]),
    );
  });

  const key = ed25519();
  const envelope = signEnvelope(type, payload, key);
  const nobody: [string, Envelope, string][] = [
    ['another payload', { ...envelope, payload: Buffer.from('{"a":2}').toString('base64') }, type],
    ['another type asked for', envelope, 'text/plain'],
    ['a type that was changed', { ...envelope, payloadType: 'text/plain' }, 'text/plain'],
    ['an empty signature', { ...envelope, signatures: [{ keyid: keyIdOf(key), sig: '' }] }, type],
    ['a signature of nonsense', { ...envelope, signatures: [{ keyid: keyIdOf(key), sig: 'AAAA' }] }, type],
    [
      "a signature over the payload alone, without DSSE's encoding",
      withSignature(sign(null, payload, key)),
      type,
    ],
    [
      'a signature under another key id',
      { ...envelope, signatures: envelope.signatures.map((s) => ({ ...s, keyid: 'ab'.repeat(32) })) },
      type,
    ],
  ];
  for (const [what, candidate, asked] of nobody) {
    it(`have no signer with ${what}`, () => {
      assert.equal(verifyEnvelope(candidate, asked, trusting(key)).signers.size, 0);
    });
  }

  it('take the algorithm from the key, and know two', () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const signature = sign('sha256', payload, privateKey);
    assert.throws(() => verifySignature(publicKey, payload, signature), TypeError);
    const p384 = generateKeyPairSync('ec', { namedCurve: 'secp384r1' });
    assert.throws(() => verifySignature(p384.publicKey, payload, signature), TypeError);
  });

  function withSignature(signature: Buffer): Envelope {
    return { ...envelope, signatures: [{ keyid: keyIdOf(key), sig: signature.toString('base64') }] };
  }
});
