import assert from 'node:assert/strict';
import { Catalogue } from '../../src/catalogue/index.ts';
import { openState } from '../../src/state/index.ts';
import { Operator } from '../attacks/arena/operator.ts';
import { setScene } from '../attacks/arena/scene.ts';
import { newSigner, renamed, type Signer } from '../attacks/arena/signer.ts';

const now = 1_900_000_000_000;
const scene = setScene('/nonexistent/marker', {});

/** What comes of a refresh of a catalogue that some mistake was made with. */
async function refresh(mistake: (operator: Operator) => void): Promise<void> {
  const db = openState(':memory:');
  try {
    const operator = new Operator();
    mistake(operator);
    if (operator.version === 0) operator.publish(now, [scene.bundle], scene.trust);
    await new Catalogue({
      db,
      pinnedRoot: String(operator.files.get('metadata/1.root.json')),
      clock: { now: () => now },
      fetchFile: async (path) => operator.files.get(path) ?? null,
    }).refresh();
  } finally {
    db.close();
  }
}

const twice = ([first, ...rest]: readonly Signer[]): Signer[] =>
  first === undefined ? [] : [first, renamed(first, 'ab'.repeat(32)), ...rest];

describe("the house's rules for a catalogue", () => {
  it('take one in which all is in order', async () => {
    await refresh(() => {});
  });

  const broken: [string, (operator: Operator) => void, RegExp][] = [
    [
      'a root key under an id that is not its hash',
      ({ root }) => (root.signers = twice(root.signers)),
      /root: key id (ab)+ is not/,
    ],
    [
      'a targets key under two ids',
      ({ targets }) => (targets.signers = twice(targets.signers)),
      /root: key id (ab)+ is not/,
    ],
    [
      'a key in capitals',
      ({ root }) => {
        const [first = newSigner(), ...rest] = root.signers;
        root.signers = [
          { ...first, key: { ...first.key, keyval: { public: first.key.keyval.public.toUpperCase() } } },
          ...rest,
        ];
      },
      /is not a plain Ed25519 key/,
    ],
    ...[
      'linux/*/*',
      '*',
      'linux/disk/cl*',
      'linux/disk/?',
      'linux/{disk,service}/*',
      '!linux/*',
      'linux/disk/clean.json',
      'Linux/disk/*',
    ].map((pattern): [string, (operator: Operator) => void, RegExp] => [
      `the pattern ${pattern}`,
      (operator) =>
        operator.publishRoles(now, [scene.bundle], scene.trust, [
          { ...operator.namespace, paths: [pattern] },
          operator.trust,
        ]),
      /literal prefix and one \*/,
    ]),
    [
      'a role with a name that is none',
      (operator) =>
        operator.publishRoles(now, [], scene.trust, [
          { ...operator.namespace, name: '../disk' },
          operator.trust,
        ]),
      /the name is not in/,
    ],
  ];
  for (const [what, mistake, reason] of broken) {
    it(`refuse ${what}`, async () => {
      await assert.rejects(refresh(mistake), (error: Error) => {
        assert.equal('code' in error && error.code, 'catalogue-invalid');
        assert.match(error.message, reason);
        return true;
      });
    });
  }
});
