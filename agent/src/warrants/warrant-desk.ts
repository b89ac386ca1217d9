import { type Outcome, Refusal, sha256 } from '@millwright/shared/trust';
import { carryOut, firstStateOf, markerOf, stepOfState } from '../runner/index.ts';
import { openWarrants } from './journal.ts';
import { type Docket, judge, type Order } from './judge.ts';
import type { WarrantPorts } from './ports.ts';
import { enterState, recordEnd, type Subject } from './run-record.ts';

/** The longest reason that a report carries. */
const MAX_REASON = 1024;

/** Where warrants come in: each is judged, carried out or refused, and reported. */
export class WarrantDesk {
  readonly #ports: WarrantPorts;

  constructor(ports: WarrantPorts) {
    this.#ports = ports;
  }

  /**
   * Takes an envelope's exact bytes. Resolves when the run has ended, or was refused, and its report is on the disk.
   * Rejects only where even that could not be written; the warrant is then reported `interrupted` by the next `recover`.
   */
  async receive(bytes: Buffer): Promise<void> {
    const receivedAt = this.#ports.clock.now();
    const docket: Docket = { bytes, envelope: sha256(bytes), receivedAt, warrant: null, journalled: false };
    let order: Order;
    try {
      order = await judge(docket, this.#ports);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      recordEnd(this.#ports, subjectOf(docket), refused(error), []);
      return;
    }
    await this.#carryOut(docket, order);
  }

  /**
   * At the start of the agent, before any warrant: what the last process left open is reported, what it left running is
   * ended, and nothing is started again.
   */
  recover(): void {
    const { db, runner } = this.#ports;
    for (const open of openWarrants(db)) {
      const step = stepOfState(open.state);
      if (step !== undefined) runner.endLeftovers(markerOf(open.id, step));
      const { id: warrant, envelope, runbook, receivedAt, state } = open;
      const subject: Subject = { warrant, envelope, runbook, receivedAt, journalled: true };
      recordEnd(this.#ports, subject, { outcome: 'interrupted', lastStep: state }, []);
    }
  }

  async #carryOut(docket: Docket, { warrant, runbook, parameters }: Order): Promise<void> {
    const { runner } = this.#ports;
    const { bundle } = runbook;
    // `judge` has journalled the first state together with the beginning of the run.
    let journalled: string | undefined = firstStateOf(bundle);
    const { result, steps } = await carryOut({
      warrant: warrant.id,
      bundle,
      parameters,
      runner,
      enter: (state) => {
        if (state !== journalled) enterState(this.#ports, warrant.id, state);
        journalled = undefined;
      },
    });
    recordEnd(this.#ports, subjectOf(docket), result, steps);
  }
}

function subjectOf({ warrant, envelope, receivedAt, journalled }: Docket): Subject {
  return {
    warrant: warrant?.id ?? null,
    envelope,
    runbook: warrant?.runbook ?? null,
    receivedAt,
    journalled,
  };
}

function refused(refusal: Refusal): Outcome {
  return { outcome: 'refused', code: refusal.code, reason: refusal.message.slice(0, MAX_REASON) };
}
