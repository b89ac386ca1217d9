import { createHash, createPublicKey, randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '@millwright/shared/clock';
import { type EnrolmentRequest, type EnrolmentResponse, enrolmentProof } from '@millwright/shared/protocol';
import { keyIdOf, verifySignature } from '@millwright/shared/trust';
import type { AuditLog } from '../audit/index.ts';
import type { LiveFeed } from '../live/index.ts';
import type { Store } from '../store/index.ts';
import type { Authority } from './authority.ts';
import { siteNamed } from './sites.ts';

export type EnrolmentProblem =
  | 'token-unknown'
  | 'token-used'
  | 'token-expired'
  | 'proof-invalid'
  | 'key-known';

/** An enrolment refused; the message is for whoever installs the agent. */
export class EnrolmentError extends Error {
  override readonly name = 'EnrolmentError';
  readonly code: EnrolmentProblem;
  constructor(code: EnrolmentProblem, message: string) {
    super(message);
    this.code = code;
  }
}

const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** Makes a one-time token (128 bits, stored hashed) that enrols one endpoint into a site. */
export async function createEnrolmentToken(
  { store, clock, audit }: { store: Store; clock: Clock; audit: AuditLog },
  request: { client: string; site: string; hours: number; by: string },
): Promise<{ token: string; expiresAt: number }> {
  const token = randomBytes(16).toString('base64url');
  const expiresAt = clock.now() + Math.round(request.hours * 3_600_000);
  await store.write(async (tx) => {
    const { client, site } = await siteNamed(tx, request.client, request.site);
    await tx
      .insertInto('enrolmentTokens')
      .values({
        hash: hashToken(token),
        client,
        site,
        createdAt: clock.now(),
        expiresAt,
        usedAt: null,
        usedBy: null,
      })
      .execute();
    await audit.append(tx, {
      actor: request.by,
      action: 'enrolment-token-created',
      subject: site,
      detail: { expiresAt },
    });
  });
  return { token, expiresAt };
}

/** Lets endpoints in: a token is spent in the transaction that makes the endpoint, so that it serves once. */
export class Enrolment {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #authority: Authority;
  readonly #audit: AuditLog;
  readonly #live: LiveFeed;
  readonly #requireApproval: boolean;

  constructor(parts: {
    store: Store;
    clock: Clock;
    authority: Authority;
    audit: AuditLog;
    live: LiveFeed;
    requireApproval: boolean;
  }) {
    this.#store = parts.store;
    this.#clock = parts.clock;
    this.#authority = parts.authority;
    this.#audit = parts.audit;
    this.#live = parts.live;
    this.#requireApproval = parts.requireApproval;
  }

  /** @throws EnrolmentError */
  async enrol(request: EnrolmentRequest): Promise<EnrolmentResponse> {
    const publicKey = readEd25519(request.publicKey);
    if (
      publicKey === undefined ||
      !verifySignature(
        publicKey,
        enrolmentProof(request.token, request.publicKey),
        Buffer.from(request.proof, 'base64'),
      )
    )
      throw new EnrolmentError('proof-invalid', 'the request is not signed by the key that it brings');
    const thumbprint = keyIdOf(publicKey);
    const endpoint = randomUUID();
    const issued = await this.#authority.issueEndpoint(endpoint, publicKey);
    const now = this.#clock.now();

    const response = await this.#store.write(async (tx) => {
      const token = await tx
        .selectFrom('enrolmentTokens')
        .selectAll()
        .where('hash', '=', hashToken(request.token))
        .executeTakeFirst();
      if (token === undefined)
        throw new EnrolmentError(
          'token-unknown',
          'this enrolment token is not known here; make one with `millwright token create`',
        );
      if (token.usedAt !== null)
        throw new EnrolmentError(
          'token-used',
          'this enrolment token was used already; make a new one with `millwright token create`',
        );
      if (token.expiresAt <= now)
        throw new EnrolmentError(
          'token-expired',
          'this enrolment token has expired; make a new one with `millwright token create`',
        );
      const known = await tx
        .selectFrom('endpoints')
        .select('id')
        .where('thumbprint', '=', thumbprint)
        .executeTakeFirst();
      if (known !== undefined)
        throw new EnrolmentError('key-known', `this key is enrolled already, as endpoint ${known.id}`);
      await tx
        .updateTable('enrolmentTokens')
        .set({ usedAt: now, usedBy: endpoint })
        .where('hash', '=', token.hash)
        .execute();
      await tx
        .insertInto('endpoints')
        .values({
          id: endpoint,
          client: token.client,
          site: token.site,
          hostname: request.hostname,
          platform: request.platform,
          arch: request.arch,
          agentVersion: '',
          standing: this.#requireApproval ? 'waiting' : 'enrolled',
          connected: 0,
          thumbprint,
          publicKey: request.publicKey,
          enrolledAt: now,
          lastSeenAt: null,
          bootAt: null,
          stream: null,
          lastSeq: 0,
          auditHead: '',
          warrantSequence: 0,
        })
        .execute();
      await this.#audit.append(tx, {
        actor: 'millwright',
        action: 'endpoint-enrolled',
        subject: endpoint,
        detail: { hostname: request.hostname, site: token.site, thumbprint },
      });
      return { endpoint, client: token.client, site: token.site, certificate: issued.certificate };
    });
    this.#live.publish({ changed: 'endpoint', id: endpoint });
    this.#live.publish({ changed: 'fleet' });
    return response;
  }

  /** A new certificate for an endpoint that is connected. */
  async renew(endpoint: string): Promise<string> {
    const { publicKey } = await this.#store.read
      .selectFrom('endpoints')
      .select('publicKey')
      .where('id', '=', endpoint)
      .executeTakeFirstOrThrow();
    const key = createPublicKey({ key: Buffer.from(publicKey, 'base64'), format: 'der', type: 'spki' });
    const issued = await this.#authority.issueEndpoint(endpoint, key);
    await this.#store.write((tx) =>
      this.#audit.append(tx, {
        actor: 'millwright',
        action: 'certificate-renewed',
        subject: endpoint,
        detail: { serial: issued.serial },
      }),
    );
    return issued.certificate;
  }
}

function readEd25519(spki: string): ReturnType<typeof createPublicKey> | undefined {
  try {
    const key = createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    // Whatever is not a key is refused as one that did not sign.
    return undefined;
  }
}
