import { createPrivateKey, X509Certificate } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { keyIdOf } from '@millwright/shared/trust';
import { z } from 'zod';
import { ConfigurationError, type Identity } from '../config/index.ts';

const IdentityRecord = z.strictObject({
  schema: z.literal(1),
  endpoint: z.string(),
  client: z.string(),
  site: z.string(),
  controller: z.string(),
  certificate: z.string(),
  ca: z.string(),
  privateKey: z.string(),
});

export const identityPath = (stateDir: string): string => join(stateDir, 'identity.json');
/** The catalogue's first root, pinned at enrolment. */
export const rootPath = (stateDir: string): string => join(stateDir, 'root.json');

/**
 * Written whole or not at all, readable by the service alone: a crash at any instant leaves the old text or the new one.
 * @throws the system's own error; the old text stays then.
 */
export function writePrivate(file: string, text: string): void {
  const beside = `${file}.new`;
  try {
    writeDurably(beside, text);
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  // Windows has no handle on a folder to bring to the disk; NTFS journals the rename itself.
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeDurably(file: string, text: string): void {
  const handle = openSync(file, 'w', 0o600);
  try {
    writeFileSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** @throws the system's own error where it cannot be known: that is not the same as no. */
export function isEnrolled(stateDir: string): boolean {
  return statSync(identityPath(stateDir), { throwIfNoEntry: false }) !== undefined;
}

export function writeIdentity(stateDir: string, identity: Identity): void {
  const { endpoint, client, site, controller, certificate, ca, privateKey } = identity;
  const record: z.infer<typeof IdentityRecord> = {
    schema: 1,
    endpoint,
    client,
    site,
    controller,
    certificate,
    ca,
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  writePrivate(identityPath(stateDir), `${JSON.stringify(record, null, 2)}\n`);
}

/** @throws ConfigurationError when this endpoint is not enrolled, or the file is damaged; the system's own error where it cannot be read. */
export function readIdentity(stateDir: string): Identity {
  const file = identityPath(stateDir);
  if (!isEnrolled(stateDir))
    throw new ConfigurationError(
      `this endpoint is not enrolled (${file} is missing): run \`millwright-agent enrol --bundle FILE\``,
    );
  const text = readFileSync(file, 'utf8');
  try {
    const { schema: _, privateKey, ...record } = IdentityRecord.parse(JSON.parse(text));
    const key = createPrivateKey(privateKey);
    if (!new X509Certificate(record.certificate).checkPrivateKey(key))
      throw new Error('the certificate is not for this key');
    return { ...record, privateKey: key, thumbprint: keyIdOf(key) };
  } catch (cause) {
    throw new ConfigurationError(
      `${file} is damaged (${cause instanceof Error ? cause.message : cause}): enrol this endpoint again`,
      { cause },
    );
  }
}
