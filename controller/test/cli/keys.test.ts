import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliUnderTest } from './cli-under-test.ts';

describe('catalogue keys, on the command line', function () {
  this.timeout(60_000);
  const cli = new CliUnderTest();
  const offline = join(cli.folder, 'data-offline-keys');
  const ben = join(cli.folder, 'ben');
  const file = join(cli.folder, 'ceremony.json');
  const run = (line: string, input = '') => cli.run(['catalogue', ...line.split(' ')], input);
  const ok = async (line: string, input = ''): Promise<string> => {
    const { code, out, err } = await run(line, input);
    assert.equal(code, 0, `${line}: ${err}`);
    return out + err;
  };

  before(() => cli.json('init', '--no-runbooks'));
  after(() => cli.remove());

  it('lists who signs what, and what lies in the folder at hand', async () => {
    const out = await ok(`keys list --offline ${offline}`);
    assert.match(out, /^root +1 of 1 +\d{4}-\d\d-\d\d [\d:]{8}Z +[0-9a-f]{64} +root-1\.pem$/m);
    assert.match(out, /^agent +1 of 1 .* agent-1\.pem$/m);
    assert.match(out, /^\(warrants\) /m);
    assert.match(out, /^The first root is [0-9a-f]{64} \(SHA-256\)\.$/m);
    const { roles } = await cli.json('catalogue', 'keys', 'list');
    assert.equal(roles[0].keys[0].file, null);
  });

  it('signs nothing without a yes', async () => {
    const no = await run(`keys raise --threshold 2 --keys 2 --offline ${offline}`, 'no\n');
    assert.deepEqual([no.code, no.out], [4, '']);
    assert.match(
      no.err,
      /You sign:\n {2}Every role: 2 of 2 keys sign\.\n\nType yes to sign: millwright: nothing was signed/,
    );
    assert.equal((await run('publish')).out, 'Nothing new was ready.\n');
  });

  it('lets a second custodian in, who signs on a machine without the data folder', async () => {
    await ok(`pack ${file}`);
    const made = await ok(`keys custodian Ben --offline ${ben} --file ${file}`);
    assert.match(made, /The first root of this catalogue is [0-9a-f]{64}/);
    const begun = await ok(
      `keys change --add ${ben}/public.json --threshold 2 --offline ${offline} --file ${file}`,
      'yes\n',
    );
    assert.match(begun, /Ben is let in, with a key for each of root, targets, runbooks, trust, agent\./);
    assert.match(begun, /root version 2 has 1 of 2 signatures; let another custodian sign the same/);
    assert.match(begun, /Carry .*ceremony\.json on/);

    const shown = await run(`keys sign --offline ${ben} --file ${file}`);
    assert.equal(shown.code, 4);
    assert.match(shown.err, /Root version 2, valid until [\s\S]*\+ key [0-9a-f]{64} \(Ben\)/);
    await ok(`keys sign --offline ${ben} --file ${file} --yes`);
    assert.match(await ok(`take ${file}`), /^Taken: .*root/);
    assert.match(await ok('publish'), /^root version 2 is published\.$/m);
    assert.match(await ok('keys list'), /^root +2 of 2 /m);
  });

  it('replaces the keys of the controller, and says what waits', async () => {
    const before = readFileSync(join(cli.data, 'keys/warrant.pem'), 'utf8');
    await ok(`keys replace snapshot timestamp warrant --offline ${offline} --yes`);
    const { err } = await run('publish');
    assert.match(err, /Waiting: root version 3 has 1 of 2 signatures/);
    await ok(`keys sign --offline ${ben} --yes`);
    await ok('publish');
    assert.notEqual(readFileSync(join(cli.data, 'keys/warrant.pem'), 'utf8'), before);
  });

  it('says what is wrong with how it was called', async () => {
    for (const [line, code, err] of [
      [`keys replace root --offline ${offline}`, 2, /root is no key of the controller's/],
      [`keys change --threshold people=2 --offline ${offline}`, 2, /one of root, targets/],
      [`keys change --add ${file} --offline ${offline}`, 2, /not a custodian's public\.json/],
      [
        `keys change --remove ${'0'.repeat(64)} --offline ${offline} --yes`,
        3,
        /no role of the catalogue knows/,
      ],
      [`keys replace timestamp --offline ${offline} --file ${file} --yes`, 3, /brings no new timestamp key/],
      [`keys sign --offline ${offline} --yes`, 3, /nothing waits for a signature/],
      [`withdraw linux/disk/none --offline ${offline}`, 3, /is not published/],
      ['discard --yes', 3, /nothing is staged/],
      ['discard', 4, /nothing was given up/],
      [`take ${cli.folder}/none.json`, 3, /it is not there/],
    ] as const) {
      const ended = await run(line);
      assert.match(ended.err, err, line);
      assert.equal(ended.code, code, `${line}: ${ended.err}`);
    }
  });
});
