import { createPrivateKey, X509Certificate } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
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

/** Written whole or not at all, readable by the service alone. */
export function writePrivate(file: string, text: string): void {
  const fd = openSync(`${file}.new`, 'w', 0o600);
  try {
    writeSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(`${file}.new`, file);
}

export function isEnrolled(stateDir: string): boolean {
  return existsSync(identityPath(stateDir));
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

/** @throws ConfigurationError when this endpoint is not enrolled, or the file is damaged. */
export function readIdentity(stateDir: string): Identity {
  const file = identityPath(stateDir);
  if (!existsSync(file))
    throw new ConfigurationError(
      `this endpoint is not enrolled (${file} is missing): run \`millwright-agent enrol --bundle FILE\``,
    );
  try {
    const { schema: _, privateKey, ...record } = IdentityRecord.parse(JSON.parse(readFileSync(file, 'utf8')));
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
