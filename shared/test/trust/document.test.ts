import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { covers, keyIdOf, readTrustDocument, type TrustDocument, tufKeyIdOf } from '@millwright/shared/trust';

const newPublic = (): { keyid: string; spki: string } => {
  const { publicKey } = generateKeyPairSync('ed25519');
  return {
    keyid: keyIdOf(publicKey),
    spki: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
  };
};
const warrant = newPublic();
const ada = { ...newPublic(), name: 'Ada', namespaces: ['*'], clients: ['*'] };

describe('readTrustDocument', () => {
  it('makes the keys usable', () => {
    const trusted = readTrustDocument({ schema: 1, warrantKeys: [warrant], technicians: [ada] });
    assert.deepEqual([...trusted.warrantKeys.keys()], [warrant.keyid]);
    assert.deepEqual([...trusted.technicianKeys.keys()], [ada.keyid]);
    assert.equal(trusted.technicians.get(ada.keyid)?.name, 'Ada');
  });

  const refused: [string, TrustDocument][] = [
    [
      'a key id that is not the hash of its key',
      { schema: 1, warrantKeys: [{ ...warrant, keyid: 'ab'.repeat(32) }], technicians: [] },
    ],
    ['one key twice', { schema: 1, warrantKeys: [warrant, warrant], technicians: [] }],
    [
      'a technician with the warrant key',
      { schema: 1, warrantKeys: [warrant], technicians: [{ ...ada, ...warrant }] },
    ],
    [
      'one key for two technicians',
      { schema: 1, warrantKeys: [warrant], technicians: [ada, { ...ada, name: 'Grace' }] },
    ],
  ];
  for (const [what, document] of refused) {
    it(`refuses ${what}`, () => {
      assert.throws(() => readTrustDocument(document), TypeError);
    });
  }
});

describe('covers', () => {
  const cases: [string, string, boolean][] = [
    ['*', 'linux/disk/clean', true],
    ['linux/disk/*', 'linux/disk/clean', true],
    ['linux/disk/*', 'linux/diskette/clean', false],
    ['linux/disk/clean', 'linux/disk/clean', true],
    ['linux/disk/clean', 'linux/disk/clean-temp', false],
    ['linux/*', 'windows/linux/x', false],
    ['', 'linux/disk/clean', false],
  ];
  for (const [pattern, id, expected] of cases) {
    it(`${JSON.stringify(pattern)} ${expected ? 'covers' : 'does not cover'} ${id}`, () => {
      assert.equal(covers(pattern, id), expected);
    });
  }
});

describe('tufKeyIdOf', () => {
  const key = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: 'ab'.repeat(32) } };

  it('is the hash of the canonical JSON, in whatever order the fields stand', () => {
    // Computed apart: printf of the canonical text, through sha256sum.
    const expected = '05584cc3bfabb85de26cb80479f075fa802c97add45fd61feebaa0423da7f57a';
    assert.equal(tufKeyIdOf(key), expected);
    assert.equal(tufKeyIdOf({ keyval: key.keyval, scheme: key.scheme, keytype: key.keytype }), expected);
  });

  it('differs for another key', () => {
    assert.notEqual(tufKeyIdOf(key), tufKeyIdOf({ ...key, keyval: { public: 'ac'.repeat(32) } }));
  });
});
