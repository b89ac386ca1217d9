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
  | 'endpoint-unknown'
  | 'endpoint-waiting'
  | 'endpoint-revoked';

/**
 * Whose key a connection has proven, and whether it still counts. Asked on every connection: a resumed TLS session
 * shows no certificate and is refused like one that never had it. What counts is the key: its certificate may have been renewed
 * after the backup that this controller was restored from.
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
  const known = await store.read
    .selectFrom('endpoints')
    .select(['id', 'client', 'site', 'standing'])
    .where('thumbprint', '=', keyIdOf(certificate.publicKey))
    .executeTakeFirst();
  if (known === undefined) return 'endpoint-unknown';
  if (known.standing === 'waiting') return 'endpoint-waiting';
  if (known.standing === 'revoked') return 'endpoint-revoked';
  return { endpoint: known.id, client: known.client, site: known.site };
}
