import { formatDuration } from '@millwright/shared/units';
import { type Answer, factsIn, type Question } from '../choosers/index.ts';
import type { Writer } from '../store/index.ts';
import { MILLWRIGHT } from '../tickets/index.ts';
import { circumstancesOf } from './circumstances.ts';
import { eligibleFor } from './eligible.ts';
import { escalate } from './escalation.ts';
import { hold } from './holding.ts';
import { judge } from './policy.ts';
import type { EngineParts, PublishedRunbook } from './ports.ts';
import { proposalMs } from './proposal.ts';
import { type AlertBehind, alertBehind, moveTo, type Remediation, remediation } from './remediations.ts';
import { slotMs } from './slot.ts';

/** Chooses a runbook for a fault, weighs it against policy, and records both: in one transaction, after the choice. */
export async function decide(parts: EngineParts, work: Remediation): Promise<void> {
  const alert = await alertBehind(parts.store.read, work.alert);
  const eligible = await eligibleFor(parts.store.read, parts.catalogue, alert);
  const question: Question = {
    alert,
    platform: alert.platform ?? '',
    readings: alert.readings,
    facts: factsIn(alert.readings),
    candidates: eligible.map(({ manifest }) => manifest),
  };
  const started = performance.now();
  const answer = await parts.chooser.choose(question);
  const ms = performance.now() - started;

  await parts.store.write(async (tx) => {
    const current = await remediation(tx, work.id);
    if (current?.state !== 'deciding') return;
    const decision = await record(tx, parts, work, question, answer, ms);
    await tx.updateTable('remediations').set({ decision }).where('id', '=', work.id).execute();
    const { choice } = answer;
    if (choice.kind === 'abstain') return escalate(tx, parts, work, choice.reason, { decision }, 'abstained');
    const runbook = eligible.find(({ manifest }) => manifest.id === choice.runbook);
    if (runbook === undefined)
      return escalate(tx, parts, work, `the chooser named ${choice.runbook}, which is not eligible here`, {
        decision,
      });
    await tx
      .updateTable('remediations')
      .set({
        runbook: choice.runbook,
        runbookVersion: runbook.manifest.version,
        runbookSha256: runbook.sha256,
        parameters: JSON.stringify(choice.parameters),
      })
      .where('id', '=', work.id)
      .execute();
    await weigh(tx, parts, work, alert, runbook);
  });
}

async function record(
  tx: Writer,
  { clock, tickets }: EngineParts,
  work: Remediation,
  question: Question,
  answer: Answer,
  ms: number,
): Promise<number> {
  const { choice, decidedBy, fellBackFrom } = answer;
  const { id } = await tx
    .insertInto('decisions')
    .values({
      remediation: work.id,
      ticket: work.ticket,
      at: clock.now(),
      chooser: decidedBy.kind === 'openai' ? 'openai' : 'builtin',
      model: decidedBy.kind === 'openai' ? decidedBy.model : null,
      promptSha256: decidedBy.kind === 'openai' ? decidedBy.promptSha256 : null,
      fellBackFrom,
      candidates: JSON.stringify(question.candidates.map((manifest) => manifest.id)),
      runbook: choice.kind === 'run' ? choice.runbook : null,
      parameters: JSON.stringify(choice.kind === 'run' ? choice.parameters : {}),
      reason: choice.reason,
      ms,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  const who = decidedBy.kind === 'openai' ? `The model ${decidedBy.model}` : 'The built-in chooser';
  const fell = fellBackFrom === null ? '' : ` It was asked because ${fellBackFrom}.`;
  const text =
    choice.kind === 'run'
      ? `${who} picked ${choice.runbook}: ${choice.reason}.`
      : `${who} picked nothing: ${choice.reason}.`;
  await tickets.tell(tx, work.ticket, {
    kind: 'decision',
    actor: MILLWRIGHT,
    text: text + fell,
    detail: { decision: id },
  });
  return id;
}

async function weigh(
  tx: Writer,
  parts: EngineParts,
  work: Remediation,
  alert: AlertBehind,
  { manifest }: PublishedRunbook,
): Promise<void> {
  const now = parts.clock.now();
  const verdict = judge(await circumstancesOf(tx, manifest, work.endpoint, alert, now));
  switch (verdict.kind) {
    case 'held':
      return hold(tx, parts, work, verdict.by);
    case 'blocked':
      return escalate(tx, parts, work, verdict.reason, { runbook: manifest.id });
    case 'shadow':
      return escalate(
        tx,
        parts,
        work,
        `${manifest.id} is in shadow here: this is what it would have run, and nothing was sent`,
        { runbook: manifest.id },
        'shadowed',
      );
    case 'suggest':
      await moveTo(tx, work.id, 'proposed', now, { deadlineAt: now + proposalMs });
      await parts.tickets.setState(tx, work.ticket, 'waiting');
      return parts.tickets.tell(tx, work.ticket, {
        kind: 'decision',
        actor: MILLWRIGHT,
        text: `${manifest.title} waits for a person's yes, for ${formatDuration(proposalMs)}.`,
        detail: { runbook: manifest.id, signaturesNeeded: verdict.signaturesNeeded },
      });
    case 'autonomous':
      return moveTo(tx, work.id, 'authorised', now, {
        authorisedBy: verdict.authorisation.by,
        deadlineAt: now + slotMs,
      });
  }
}
