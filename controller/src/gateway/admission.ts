import { X509Certificate } from 'node:crypto';
import type { TLSSocket } from 'node:tls';
import type { Clock } from '@millwright/shared/clock';
import { keyIdOf } from '@millwright/shared/trust';
import type { Store } from '../store/index.ts';

/** An endpoint that may come in, by its own key. */
export interface Admitted {
  readonly endpoint: string;
  readonly client: string;
  readonly site: string;
}

export type AdmissionProblem =
  | 'no-certificate'
  | 'certificate-invalid'
  | 'certificate-revoked'
  | 'endpoint-unknown'
  | 'endpoint-waiting'
  | 'endpoint-revoked';

/**
 * Whose key a connection has proven, and whether it still counts. Asked on every connection: a resumed TLS session
 * shows no certificate and is refused like one that never had it.
 */
export async function admit(
  socket: TLSSocket,
  store: Store,
  clock: Clock,
): Promise<Admitted | AdmissionProblem> {
  const peer = socket.getPeerX509Certificate();
  if (peer === undefined) return 'no-certificate';
  if (!socket.authorized) return 'certificate-invalid';
  const certificate = new X509Certificate(peer.raw);
  if (certificate.validToDate.getTime() <= clock.now()) return 'certificate-invalid';
  const issued = await store.read
    .selectFrom('certificates')
    .innerJoin('endpoints', 'endpoints.id', 'certificates.endpoint')
    .select([
      'endpoints.id',
      'endpoints.client',
      'endpoints.site',
      'endpoints.standing',
      'endpoints.thumbprint',
      'certificates.revokedAt',
    ])
    .where('certificates.serial', '=', certificate.serialNumber.toLowerCase())
    .executeTakeFirst();
  if (issued === undefined || issued.thumbprint !== keyIdOf(certificate.publicKey)) return 'endpoint-unknown';
  if (issued.revokedAt !== null) return 'certificate-revoked';
  if (issued.standing === 'waiting') return 'endpoint-waiting';
  if (issued.standing === 'revoked') return 'endpoint-revoked';
  return { endpoint: issued.id, client: issued.client, site: issued.site };
}
