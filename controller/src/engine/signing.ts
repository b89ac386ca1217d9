import type { SignatureTaken, WarrantDraft } from '@millwright/shared/api';
import { bindForm } from '@millwright/shared/runbook';
import { type Envelope, WARRANT_TYPE } from '@millwright/shared/trust';
import { formatDuration } from '@millwright/shared/units';
import type { Writer } from '../store/index.ts';
import { circumstancesOf } from './circumstances.ts';
import { type Draft, draftOf, keepDraft, lapsed } from './drafts.ts';
import { EngineError } from './engine-error.ts';
import { holdReasons, judge } from './policy.ts';
import type { EngineParts, PublishedRunbook } from './ports.ts';
import { proposedWork } from './proposal.ts';
import { type AlertBehind, alertBehind, moveTo, type Remediation } from './remediations.ts';
import { countedSigners, newSigners } from './signers.ts';
import { nextInSequence } from './warrant-sequence.ts';

/** A draft that nobody has signed is written anew once less than this is left to read and sign it. Milliseconds. */
const enoughToSignMs = 300_000;

/** What waits for signatures, and what would run. */
interface Signable {
  readonly work: Remediation;
  readonly runbook: PublishedRunbook;
  readonly alert: AlertBehind;
}

/**
 * The order for a proposed fix, for technicians to sign: the standing draft, or a new one. `by` asks for it.
 * @throws EngineError
 */
export async function draftFor(parts: EngineParts, id: number, by: string): Promise<WarrantDraft> {
  const { store, clock, warrants, audit, catalogue, endpoints } = parts;
  const found = await store.write(async (tx) => {
    const signable = await signableWork(tx, parts, id);
    const { work, runbook, alert } = signable;
    if (!endpoints.isConnected(work.endpoint))
      throw new EngineError(
        'endpoint-offline',
        `${alert.hostname ?? work.endpoint} is not connected, and a signed order is good for minutes only; sign once it is back`,
      );
    const { name: client } = await tx
      .selectFrom('clients')
      .select('name')
      .where('id', '=', work.client)
      .executeTakeFirstOrThrow();
    const standing = await draftOf(tx, id);
    if (standing !== undefined && (await stillGood(tx, standing, signable, clock.now())))
      return { ...signable, client, draft: standing };

    const { sequence, thumbprint } = await nextInSequence(tx, work.endpoint, clock.now());
    const { manifest, sha256 } = runbook;
    const written = warrants.draft({
      thumbprint,
      runbook: { id: manifest.id, sha256, version: manifest.version },
      parameters: work.parameters,
      sequence,
      decidedBy: work.decidedBy,
      ticket: work.ticket,
      alert: work.alert,
      evidence: alert.evidenceSha256,
    });
    const draft = { ...written, signatures: [], createdAt: clock.now() };
    await keepDraft(tx, id, draft);
    await audit.append(tx, {
      actor: by,
      action: 'draft-written',
      subject: String(id),
      detail: { warrant: draft.warrant.id, runbook: manifest.id, sha256, parameters: work.parameters },
    });
    return { ...signable, client, draft };
  });

  const { work, runbook, alert, client, draft } = found;
  const bundle = await catalogue.bundle(runbook.manifest.id, runbook.sha256);
  if (bundle === null)
    throw new EngineError('wrong-state', `${runbook.manifest.id} was published anew just now; ask again`);
  return {
    payload: draft.payload.toString('base64'),
    payloadType: WARRANT_TYPE,
    expiresAt: draft.warrant.expires,
    bundle: bundle.toString('base64'),
    catalogue: await catalogue.proof(),
    endpoint: { id: work.endpoint, hostname: alert.hostname ?? work.endpoint },
    client: { id: work.client, name: client },
    ticket: work.ticket,
    signaturesNeeded: runbook.manifest.technicians,
    signedBy: [...countedSigners(catalogue.trust(), draft, asked(found)).people],
  };
}

async function stillGood(
  tx: Writer,
  draft: Draft,
  { work, runbook }: Signable,
  now: number,
): Promise<boolean> {
  const { endpoint } = work;
  if ((await lapsed(tx, draft, { endpoint, sha256: runbook.sha256, now })) !== undefined) return false;
  return draft.signatures.length > 0 || draft.warrant.expires - now >= enoughToSignMs;
}

/**
 * Takes a technician's signature over the standing draft. The one that completes it authorises the work; dispatch sends
 * it, as it sends everything. `by` hands it in; who signed is what the published trust document says of the key.
 * @throws EngineError
 */
export async function signDraft(
  parts: EngineParts,
  id: number,
  envelope: Envelope,
  by: string,
): Promise<SignatureTaken & { ticket: number }> {
  const { store, clock, tickets, audit } = parts;
  return store.write(async (tx) => {
    const signable = await signableWork(tx, parts, id);
    const { work, runbook } = signable;
    const { manifest } = runbook;
    const standing = await draftOf(tx, id);
    if (standing === undefined)
      throw new EngineError('draft-missing', `remediation ${id} has no draft to sign; ${askAnew(id)}`);
    if (
      envelope.payloadType !== WARRANT_TYPE ||
      !standing.payload.equals(Buffer.from(envelope.payload, 'base64'))
    )
      throw new EngineError(
        'draft-differs',
        `this signature is over something other than the draft that stands for remediation ${id}; ${askAnew(id)}`,
      );
    const why = await lapsed(tx, standing, {
      endpoint: work.endpoint,
      sha256: runbook.sha256,
      now: clock.now(),
    });
    if (why !== undefined) throw new EngineError('draft-expired', `${why}: nothing was sent; ${askAnew(id)}`);

    const trust = parts.catalogue.trust();
    const before = countedSigners(trust, standing, asked(signable));
    const added = newSigners(trust, envelope, asked(signable), before.people);
    const signatures = [...before.signatures, ...added.signatures];
    const people = [...before.people, ...added.people];
    await keepDraft(tx, id, { ...standing, signatures });
    const who = added.people.join(' and ');
    const { technicians: needed } = manifest;
    const { id: warrant, expires } = standing.warrant;
    const ordered = people.length >= needed;
    await tickets.tell(tx, work.ticket, {
      kind: 'decision',
      actor: who,
      text: ordered
        ? `${who} signed ${work.runbook}${needed > 1 ? `: all ${needed} signatures are there` : ''}.`
        : `${who} signed ${work.runbook}: ${people.length} of ${needed} signatures. The rest must come within ${formatDuration(expires - clock.now())}.`,
      detail: { warrant, keys: added.signatures.map(({ keyid }) => keyid), handedInBy: by },
    });
    await audit.append(tx, {
      actor: by,
      action: 'signature-taken',
      subject: String(id),
      detail: {
        warrant,
        runbook: manifest.id,
        ticket: work.ticket,
        signedBy: [...added.people],
        keys: added.signatures.map(({ keyid }) => keyid),
        have: people.length,
        need: needed,
      },
    });
    if (ordered) {
      await moveTo(tx, id, 'authorised', clock.now(), {
        authorisedBy: people.join(' and '),
        deadlineAt: expires,
      });
      await tickets.setState(tx, work.ticket, 'open');
    }
    return {
      warrant,
      ordered,
      signaturesNeeded: needed,
      signedBy: people,
      expiresAt: expires,
      ticket: work.ticket,
    };
  });
}

const askAnew = (id: number): string => `run \`millwright approve ${id}\` again`;

const asked = ({ work: { client }, runbook: { manifest } }: Signable) => ({ client, manifest });

/** Work that waits for technicians' signatures, and could run now. */
async function signableWork(tx: Writer, parts: EngineParts, id: number): Promise<Signable> {
  const now = parts.clock.now();
  const work = await proposedWork(tx, id, now);
  const runbook = parts.catalogue.runbooks().find(({ manifest }) => manifest.id === work.runbook);
  if (runbook === undefined)
    throw new EngineError('wrong-state', `${work.runbook} is no longer in the catalogue`);
  const { manifest, sha256 } = runbook;
  if (manifest.technicians === 0)
    throw new EngineError(
      'wrong-state',
      `${manifest.id} is class ${manifest.class}: it needs no signature; approve it in the dashboard`,
    );
  if (sha256 !== work.runbookSha256)
    throw new EngineError(
      'wrong-state',
      `${manifest.id} was published anew since it was proposed; decline it, and do ticket ${work.ticket} by hand`,
    );
  const form = bindForm(manifest, work.parameters);
  if ('code' in form) throw new EngineError('wrong-state', `${manifest.id} cannot run: ${form.message}`);
  const alert = await alertBehind(tx, work.alert);
  const verdict = judge(await circumstancesOf(tx, manifest, work.endpoint, alert, now));
  if (verdict.kind === 'held') throw new EngineError('not-allowed', holdReasons[verdict.by]);
  if (verdict.kind === 'blocked') throw new EngineError('not-allowed', verdict.reason);
  return { work, runbook, alert };
}
