import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Authority } from '@millwright/controller/identity';
import { tlsDir } from '@millwright/controller/installation';
import { keyIdOf } from '@millwright/shared/trust';
import type { BenchController } from './bench-controller.ts';

/** What one endpoint comes in with. */
export interface Credentials {
  readonly certificate: string;
  readonly key: string;
}

/** A fleet, and the CA that it and the controller have in common. */
export interface Fleet {
  readonly ca: string;
  readonly endpoints: readonly Credentials[];
}

/**
 * Enrols many endpoints at once, by rows and certificates that the controller's own authority makes: what enrolment leaves behind,
 * without asking for it five hundred times. Before the controller is started.
 */
export async function enrolFleet(controller: BenchController, size: number): Promise<Fleet> {
  const clock = { now: Date.now };
  const authority = await Authority.open(tlsDir(controller.dataDir), clock);
  const now = clock.now();
  const made = await Promise.all(
    Array.from({ length: size }, async (_, index) => {
      const id = randomUUID();
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const issued = await authority.issueEndpoint(id, publicKey);
      const row = {
        id,
        client: 'fleet',
        site: 'fleet',
        hostname: `host-${index}`,
        platform: 'linux',
        arch: 'x64',
        agentVersion: '',
        standing: 'enrolled' as const,
        connected: 0 as const,
        thumbprint: keyIdOf(publicKey),
        publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
        enrolledAt: now,
        lastSeenAt: null,
        bootAt: null,
        stream: null,
        lastSeq: 0,
        auditHead: '',
        warrantSequence: 0,
      };
      const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
      return { row, credentials: { certificate: issued.certificate, key } };
    }),
  );
  await controller.prepare((store) =>
    store.write(async (tx) => {
      await tx.insertInto('clients').values({ id: 'fleet', name: 'Fleet' }).execute();
      await tx.insertInto('sites').values({ id: 'fleet', client: 'fleet', name: 'Fleet' }).execute();
      for (const { row } of made) await tx.insertInto('endpoints').values(row).execute();
    }),
  );
  return { ca: authority.pem, endpoints: made.map(({ credentials }) => credentials) };
}
