import type { Mode, SignatureTaken, WarrantDraft } from '@millwright/shared/api';
import { bindForm, type Parameters } from '@millwright/shared/runbook';
import type { Envelope } from '@millwright/shared/trust';
import type { Alerts } from '../alerts/index.ts';
import type { Writer } from '../store/index.ts';
import { Authorisation } from './authorisation.ts';
import { killSwitchOn, modeOf } from './circumstances.ts';
import type { Engine } from './engine.ts';
import { EngineError } from './engine-error.ts';
import type { EngineParts } from './ports.ts';
import { proposedWork } from './proposal.ts';
import { moveTo, withdrawBeforeRun } from './remediations.ts';
import { draftFor, signDraft } from './signing.ts';
import { slotMs } from './slot.ts';
import { orderKillSwitch, setMode, unsetMode } from './standing-orders.ts';
import { nextInSequence } from './warrant-sequence.ts';

/** What people and programs ask of the engine, each by name and each in the audit log. Every method throws EngineError. */
export class Operations {
  readonly #parts: EngineParts;
  readonly #alerts: Alerts;
  readonly #engine: Engine;

  constructor(parts: EngineParts, alerts: Alerts, engine: Engine) {
    this.#parts = parts;
    this.#alerts = alerts;
    this.#engine = engine;
  }

  /** A person's yes to a proposed fix. L2 needs technicians' own signatures instead. */
  async approve(id: number, by: string): Promise<void> {
    const { store, clock, tickets, audit, catalogue } = this.#parts;
    const ticket = await store.write(async (tx) => {
      const work = await proposedWork(tx, id, clock.now());
      const published = catalogue.runbooks().find((runbook) => runbook.manifest.id === work.runbook);
      if (published === undefined)
        throw new EngineError('wrong-state', `${work.runbook} is no longer in the catalogue`);
      const { manifest, sha256 } = published;
      if (sha256 !== work.runbookSha256)
        throw new EngineError(
          'wrong-state',
          `${work.runbook} was published anew since it was proposed; decline it, and do ticket ${work.ticket} by hand`,
        );
      if (manifest.technicians > 0)
        throw new EngineError(
          'needs-signature',
          `${work.runbook} is class L2: it needs ${manifest.technicians} signature${manifest.technicians === 1 ? '' : 's'} made on a technician's own machine: \`millwright approve ${id}\``,
        );
      await moveTo(tx, id, 'authorised', clock.now(), { authorisedBy: by, deadlineAt: clock.now() + slotMs });
      await tickets.setState(tx, work.ticket, 'open');
      await tickets.tell(tx, work.ticket, {
        kind: 'decision',
        actor: by,
        text: `${by} approved ${work.runbook}.`,
      });
      await audit.append(tx, {
        actor: by,
        action: 'approved',
        subject: String(id),
        detail: { runbook: work.runbook, ticket: work.ticket },
      });
      return work.ticket;
    });
    this.#changed(ticket);
  }

  /** The order for a proposed L2 fix, for technicians to sign on their own machines. */
  draft(id: number, by: string): Promise<WarrantDraft> {
    return draftFor(this.#parts, id, by);
  }

  /** A technician's signature over the standing draft. The one that completes it lets the fix run. */
  async sign(id: number, envelope: Envelope, by: string): Promise<SignatureTaken> {
    const { ticket, ...taken } = await signDraft(this.#parts, id, envelope, by);
    this.#changed(ticket);
    return taken;
  }

  async decline(id: number, by: string, reason?: string): Promise<void> {
    const { store, clock, tickets, audit } = this.#parts;
    const ticket = await store.write(async (tx) => {
      const work = await proposedWork(tx, id, clock.now());
      await moveTo(tx, id, 'escalated', clock.now());
      await tickets.setState(tx, work.ticket, 'escalated');
      await tickets.tell(tx, work.ticket, {
        kind: 'decision',
        actor: by,
        text: `${by} declined ${work.runbook}${reason === undefined ? '' : `: ${reason}`}.`,
      });
      await audit.append(tx, {
        actor: by,
        action: 'declined',
        subject: String(id),
        detail: { runbook: work.runbook, ticket: work.ticket, reason: reason ?? null },
      });
      return work.ticket;
    });
    this.#changed(ticket);
  }

  /**
   * A technician runs a runbook by hand: not the ladder's doing, so that shadow and maintenance windows do not forbid it; off and the kill
   * switch do. The endpoint checks it exactly as it checks any other.
   */
  async order(request: {
    endpoint: string;
    runbook: string;
    parameters: Parameters;
    by: string;
  }): Promise<{ warrant: string }> {
    const { store, clock, catalogue, warrants, audit, endpoints } = this.#parts;
    const runbook = catalogue.runbooks().find(({ manifest }) => manifest.id === request.runbook);
    if (runbook === undefined)
      throw new EngineError('not-found', `there is no runbook ${request.runbook} in the catalogue`);
    const { manifest, sha256 } = runbook;
    if (manifest.technicians > 0)
      throw new EngineError(
        'needs-signature',
        `${manifest.id} is class L2: it needs a signature made on a technician's own machine`,
      );
    const bound = bindForm(manifest, request.parameters);
    if ('code' in bound) throw new EngineError('not-allowed', bound.message);
    if (!endpoints.isConnected(request.endpoint))
      throw new EngineError(
        'endpoint-offline',
        `endpoint ${request.endpoint} is not connected; nothing was sent`,
      );

    const { id, envelope } = await store.write(async (tx) => {
      if (await killSwitchOn(tx)) throw new EngineError('not-allowed', 'the kill switch is on: nothing runs');
      const endpoint = await nextInSequence(tx, request.endpoint, clock.now());
      if (!manifest.platforms.some((platform) => platform === endpoint.platform))
        throw new EngineError('not-allowed', `${manifest.id} is not made for ${endpoint.platform}`);
      if ((await modeOf(tx, manifest.id, endpoint.client)) === 'off')
        throw new EngineError(
          'not-allowed',
          `${manifest.id} is switched off for this client; set its mode to shadow or higher to run it by hand`,
        );
      const warrant = warrants.write(Authorisation.byPerson(request.by, manifest), {
        thumbprint: endpoint.thumbprint,
        runbook: { id: manifest.id, sha256, version: manifest.version },
        parameters: bound.values,
        sequence: endpoint.sequence,
        decidedBy: { kind: 'technician', name: request.by },
        ticket: null,
        alert: null,
        evidence: null,
      });
      await tx
        .insertInto('runs')
        .values({
          warrant: warrant.id,
          remediation: null,
          ticket: null,
          endpoint: request.endpoint,
          runbook: manifest.id,
          runbookVersion: manifest.version,
          envelope: warrant.envelope.toString('base64'),
          expiresAt: warrant.expires,
          state: 'sent',
          sentAt: clock.now(),
          endedAt: null,
          report: null,
          result: null,
          steps: '[]',
        })
        .execute();
      await audit.append(tx, {
        actor: request.by,
        action: 'warrant-signed',
        subject: request.endpoint,
        detail: {
          warrant: warrant.id,
          runbook: manifest.id,
          version: manifest.version,
          sha256,
          parameters: bound.values,
          ticket: null,
        },
      });
      return warrant;
    });
    endpoints.send(request.endpoint, { type: 'warrant', envelope: envelope.toString('base64') });
    return { warrant: id };
  }

  async acknowledge(alert: number, by: string): Promise<void> {
    const { store, audit, live } = this.#parts;
    await store.write(async (tx) => {
      if (!(await this.#alerts.acknowledge(tx, alert, by))) {
        const known = await tx
          .selectFrom('alerts')
          .select('state')
          .where('id', '=', alert)
          .executeTakeFirst();
        if (known === undefined) throw new EngineError('not-found', `there is no alert ${alert}`);
        throw new EngineError('wrong-state', `alert ${alert} is ${known.state}`);
      }
      await audit.append(tx, { actor: by, action: 'alert-acknowledged', subject: String(alert), detail: {} });
    });
    live.publish({ changed: 'alert', id: alert });
  }

  async comment(ticket: number, by: string, text: string): Promise<void> {
    const { store, tickets, audit } = this.#parts;
    await store.write(async (tx) => {
      await this.#ticketState(tx, ticket);
      await tickets.tell(tx, ticket, { kind: 'comment', actor: by, text });
      await audit.append(tx, { actor: by, action: 'commented', subject: String(ticket), detail: { text } });
    });
    this.#parts.live.publish({ changed: 'ticket', id: ticket });
  }

  /** A person closes a ticket. What is under way for it is not stopped by that, and not waited for. */
  async closeTicket(ticket: number, by: string, text?: string): Promise<void> {
    const { store, tickets, audit, clock } = this.#parts;
    await store.write(async (tx) => {
      const state = await this.#ticketState(tx, ticket);
      if (state === 'closed') throw new EngineError('wrong-state', `ticket ${ticket} is closed already`);
      await withdrawBeforeRun(tx, ticket, clock.now());
      await tickets.close(
        tx,
        ticket,
        { kind: 'closed', actor: by, text: text ?? `${by} closed the ticket.` },
        null,
      );
      await audit.append(tx, { actor: by, action: 'ticket-closed', subject: String(ticket), detail: {} });
    });
    this.#changed(ticket);
  }

  /** How far a runbook is trusted for a client (`*`: all that have no mode of their own). */
  async setMode(runbook: string, client: string, mode: Mode, by: string): Promise<void> {
    await setMode(this.#parts, { runbook, client, mode, by });
    this.#parts.live.publish({ changed: 'fleet' });
  }

  async unsetMode(runbook: string, client: string, by: string): Promise<void> {
    await unsetMode(this.#parts, { runbook, client, by });
    this.#parts.live.publish({ changed: 'fleet' });
  }

  async setKillSwitch(on: boolean, reason: string, by: string): Promise<void> {
    await orderKillSwitch(this.#parts, { on, reason, by });
    this.#parts.live.publish({ changed: 'fleet' });
    this.#engine.wake();
  }

  async #ticketState(tx: Writer, id: number): Promise<string> {
    const row = await tx.selectFrom('tickets').select('state').where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw new EngineError('not-found', `there is no ticket ${id}`);
    return row.state;
  }

  #changed(ticket: number): void {
    this.#parts.live.publish({ changed: 'ticket', id: ticket });
    this.#parts.live.publish({ changed: 'approvals' });
    this.#parts.live.publish({ changed: 'fleet' });
    this.#engine.wake();
  }
}
