import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyIdOf } from '@millwright/shared/trust';
import type { Identity } from '../../src/config/index.ts';
import { identityPath, isEnrolled, readIdentity, writeIdentity } from '../../src/enrolment/identity-file.ts';
import { TlsController } from '../link/tls-controller.ts';
import { SmallDisk } from '../state/small-disk.ts';

describe("an endpoint's identity on the disk", () => {
  let folder: string;
  let identity: Identity;
  let other: Identity;
  before(async () => {
    [identity, other] = [await made(), await made()];
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'millwright-identity-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function made(): Promise<Identity> {
    const controller = await TlsController.listen();
    const { clientKey: privateKey, clientCertificate: certificate, ca } = controller;
    await controller.close();
    return {
      endpoint: 'e',
      client: 'acme',
      site: 'main',
      thumbprint: keyIdOf(privateKey),
      privateKey,
      certificate,
      ca,
      controller: 'localhost:1',
    };
  }

  it('is read as it was written, by nobody else', () => {
    assert.equal(isEnrolled(folder), false);
    writeIdentity(folder, identity);
    const { privateKey, ...read } = readIdentity(folder);
    const { privateKey: written, ...rest } = identity;
    assert.deepEqual(read, rest);
    assert.ok(privateKey.equals(written));
    assert.equal(statSync(identityPath(folder)).mode & 0o777, 0o600);
    assert.equal(existsSync(`${identityPath(folder)}.new`), false);
  });

  it('is refused where it is damaged, with what to do', () => {
    writeIdentity(folder, identity);
    const text = readFileSync(identityPath(folder), 'utf8');
    for (const damaged of [
      '',
      text.slice(0, 200),
      JSON.stringify({ ...JSON.parse(text), certificate: other.certificate }),
    ]) {
      writeFileSync(identityPath(folder), damaged);
      assert.throws(() => readIdentity(folder), {
        name: 'ConfigurationError',
        message: /is damaged .*enrol this endpoint again/,
      });
    }
  });

  it('that cannot be read is not called damaged, nor missing', () => {
    mkdirSync(identityPath(folder));
    assert.throws(() => readIdentity(folder), { code: 'EISDIR' });
    symlinkSync('loop', join(folder, 'loop'));
    assert.throws(() => isEnrolled(join(folder, 'loop')), { code: 'ELOOP' });
  });

  it('stays as it was where the disk takes no new one', () => {
    const disk = new SmallDisk(1);
    try {
      writeIdentity(disk.path, identity);
      disk.fill();
      assert.throws(() => writeIdentity(disk.path, other), { code: 'ENOSPC' });
      assert.equal(readIdentity(disk.path).thumbprint, identity.thumbprint);
      assert.equal(existsSync(`${identityPath(disk.path)}.new`), false);
    } finally {
      disk.remove();
    }
  });
});
