import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import type { Authority, KeyPair } from './authority.ts';

const renewBeforeMs = 30 * 86_400_000;

/** The certificate of the controller's doors: kept in `dir/server.pem`, made anew when it ends soon or a name is new. */
export async function serverCertificate(
  dir: string,
  authority: Authority,
  names: readonly string[],
  clock: Clock,
): Promise<KeyPair> {
  const file = join(dir, 'server.pem');
  if (existsSync(file)) {
    const pem = readFileSync(file, 'utf8');
    const certificate = new X509Certificate(pem);
    const known = certificate.subjectAltName ?? '';
    const covers = names.every((name) =>
      known.split(', ').some((entry) => entry === `DNS:${name}` || entry === `IP Address:${name}`),
    );
    if (covers && certificate.validToDate.getTime() - clock.now() > renewBeforeMs)
      return { certificate: pem, key: pem };
  }
  const issued = await authority.issueServer(names);
  const pem = issued.certificate + issued.key;
  writeFileSync(`${file}.new`, pem, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return { certificate: pem, key: pem };
}
