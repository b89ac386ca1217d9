import { formatDuration } from '@millwright/shared/units';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import { Authorisation } from './authorisation.ts';
import { circumstancesOf, killSwitchOn } from './circumstances.ts';
import { draftOf, lapsed } from './drafts.ts';
import { escalate } from './escalation.ts';
import { hold } from './holding.ts';
import { judge } from './policy.ts';
import type { EngineParts, PublishedRunbook } from './ports.ts';
import { proposalMs } from './proposal.ts';
import {
  type AlertBehind,
  alertBehind,
  moveTo,
  occupying,
  type Remediation,
  remediation,
  remediationsIn,
} from './remediations.ts';
import { countedSigners } from './signers.ts';
import { nextInSequence } from './warrant-sequence.ts';

/** How long after a warrant's expiry an answer may still be on its way. Milliseconds. */
const answerMs = 60_000;

/**
 * Makes and sends the warrant of authorised work, when its endpoint is free. The warrant is committed before it is
 * sent: killed in between, it is sent at the next start, and the agent takes each warrant once.
 */
export async function dispatch(parts: EngineParts, work: Remediation): Promise<void> {
  if (work.notBefore !== null && work.notBefore > parts.clock.now()) return;
  if (!parts.endpoints.isConnected(work.endpoint)) return;
  const envelope = await parts.store.write(async (tx) => {
    const current = await remediation(tx, work.id);
    if (current?.state !== 'authorised') return undefined;
    if ((await remediationsIn(tx, occupying, work.endpoint)).length > 0) return undefined;
    const alert = await alertBehind(tx, work.alert);
    const runbook = parts.catalogue.runbooks().find(({ manifest }) => manifest.id === current.runbook);
    if (runbook === undefined) {
      await escalate(tx, parts, work, `${current.runbook} is no longer in the catalogue`);
      return undefined;
    }
    const authorisation = await authorise(tx, parts, current, runbook, alert);
    if (authorisation === undefined) return undefined;
    const order =
      runbook.manifest.technicians === 0
        ? await writeOrder(tx, parts, current, runbook, alert, authorisation)
        : await signedOrder(tx, parts, current, runbook, authorisation);
    if (order === undefined) return undefined;
    await record(tx, parts, current, runbook, alert, authorisation, order);
    return order.envelope;
  });
  if (envelope !== undefined)
    parts.endpoints.send(work.endpoint, { type: 'warrant', envelope: envelope.toString('base64') });
}

/** Policy is asked again at the last moment: the kill switch may have been pulled since. */
async function authorise(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  { manifest, sha256 }: PublishedRunbook,
  alert: AlertBehind,
): Promise<Authorisation | undefined> {
  const verdict = judge(await circumstancesOf(tx, manifest, work.endpoint, alert, parts.clock.now()));
  if (verdict.kind === 'held') {
    await hold(tx, parts, work, verdict.by);
    return undefined;
  }
  if (verdict.kind === 'blocked') {
    await escalate(tx, parts, work, verdict.reason, { runbook: manifest.id });
    return undefined;
  }
  if (verdict.kind === 'shadow') {
    await escalate(
      tx,
      parts,
      work,
      `${manifest.id} was set to shadow for this client meanwhile: nothing was sent`,
      { runbook: manifest.id },
      'shadowed',
    );
    return undefined;
  }
  if (work.authorisedBy !== null && work.authorisedBy !== 'autonomous') {
    // Signatures are weighed with their draft.
    if (manifest.technicians > 0 || sha256 === work.runbookSha256)
      return Authorisation.byPerson(work.authorisedBy, manifest);
    await escalate(
      tx,
      parts,
      work,
      `${manifest.id} was published anew after ${work.authorisedBy} said yes to it`,
      {
        runbook: manifest.id,
      },
    );
    return undefined;
  }
  if (verdict.kind === 'autonomous') return verdict.authorisation;
  await escalate(tx, parts, work, `${manifest.id} is no longer autonomous for this client`, {
    runbook: manifest.id,
  });
  return undefined;
}

/** A warrant that is about to be sent. */
interface SignedWarrant {
  readonly id: string;
  readonly expires: number;
  readonly envelope: Buffer;
}

async function writeOrder(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  { manifest, sha256 }: PublishedRunbook,
  alert: AlertBehind,
  authorisation: Authorisation,
): Promise<SignedWarrant> {
  const { sequence, thumbprint } = await nextInSequence(tx, work.endpoint, parts.clock.now());
  return parts.warrants.write(authorisation, {
    thumbprint,
    runbook: { id: manifest.id, sha256, version: manifest.version },
    parameters: work.parameters,
    sequence,
    decidedBy:
      authorisation.by === 'autonomous' ? work.decidedBy : { kind: 'technician', name: authorisation.by },
    ticket: work.ticket,
    alert: work.alert,
    evidence: alert.evidenceSha256,
  });
}

/** The draft that technicians signed, with the controller's signature. One that cannot run any more is signed anew. */
async function signedOrder(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  runbook: PublishedRunbook,
  authorisation: Authorisation,
): Promise<SignedWarrant | undefined> {
  const { manifest, sha256 } = runbook;
  const now = parts.clock.now();
  const draft = await draftOf(tx, work.id);
  const signers = draft && countedSigners(parts.catalogue.trust(), draft, { manifest, client: work.client });
  const why =
    draft === undefined || signers === undefined || signers.people.length < manifest.technicians
      ? 'a signature no longer counts'
      : await lapsed(tx, draft, { endpoint: work.endpoint, sha256, now });
  if (draft === undefined || signers === undefined || why !== undefined) {
    await moveTo(tx, work.id, 'proposed', now, { deadlineAt: now + proposalMs });
    await parts.tickets.setState(tx, work.ticket, 'waiting');
    await parts.tickets.tell(tx, work.ticket, {
      kind: 'decision',
      actor: MILLWRIGHT,
      text: `${manifest.id} was not sent: ${why}. It must be signed again.`,
      detail: { warrant: draft?.warrant.id ?? null },
    });
    return undefined;
  }
  const { payload, warrant } = draft;
  return {
    id: warrant.id,
    expires: warrant.expires,
    envelope: parts.warrants.seal(authorisation, { payload, signatures: signers.signatures }),
  };
}

async function record(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  { manifest, sha256 }: PublishedRunbook,
  alert: AlertBehind,
  authorisation: Authorisation,
  { id, expires, envelope }: SignedWarrant,
): Promise<void> {
  const now = parts.clock.now();
  await tx
    .insertInto('runs')
    .values({
      warrant: id,
      remediation: work.id,
      ticket: work.ticket,
      endpoint: work.endpoint,
      runbook: manifest.id,
      runbookVersion: manifest.version,
      envelope: envelope.toString('base64'),
      expiresAt: expires,
      state: 'sent',
      sentAt: now,
      endedAt: null,
      report: null,
      result: null,
      steps: '[]',
    })
    .execute();
  await moveTo(tx, work.id, 'dispatched', now, {
    warrant: id,
    deadlineAt: expires + answerMs,
    runbookSha256: sha256,
  });
  await parts.tickets.tell(tx, work.ticket, {
    kind: 'warrant',
    actor: authorisation.by === 'autonomous' ? MILLWRIGHT : authorisation.by,
    text: `Ordered ${manifest.title.toLowerCase()} on ${alert.hostname ?? 'the endpoint'} (${manifest.id} version ${manifest.version}), valid for ${formatDuration(expires - now)}.`,
    detail: {
      warrant: id,
      runbook: manifest.id,
      version: manifest.version,
      sha256,
      parameters: work.parameters,
      authorisedBy: authorisation.by,
    },
  });
  await parts.audit.append(tx, {
    actor: authorisation.by === 'autonomous' ? MILLWRIGHT : authorisation.by,
    action: 'warrant-signed',
    subject: work.endpoint,
    detail: {
      warrant: id,
      runbook: manifest.id,
      version: manifest.version,
      sha256,
      parameters: work.parameters,
      ticket: work.ticket,
    },
  });
}

/** Sends again what an endpoint may not have got: it takes each warrant once, however often it comes. */
export async function resend(parts: EngineParts, endpoint: string): Promise<void> {
  if (await killSwitchOn(parts.store.read)) return;
  const runs = await parts.store.read
    .selectFrom('runs')
    .select('envelope')
    .where('endpoint', '=', endpoint)
    .where('state', '=', 'sent')
    .where('expiresAt', '>', parts.clock.now())
    .orderBy('sentAt')
    .execute();
  for (const { envelope } of runs) parts.endpoints.send(endpoint, { type: 'warrant', envelope });
}
