import { type Outcome, Refusal, type StepReport, sha256 } from '@millwright/shared/trust';
import { carryOut, firstStateOf, markerOf, stepOfState } from '../runner/index.ts';
import { isDiskFailure, untilWritten } from '../state/index.ts';
import type { Docket, Order } from './docket.ts';
import { journalFailed, openWarrants } from './journal.ts';
import { judge } from './judge.ts';
import type { WarrantPorts } from './ports.ts';
import { enterState, recordEnd, type Subject } from './run-record.ts';

/** The longest reason that a report carries. */
const MAX_REASON = 1024;
/** The most that any step is given, whatever a clock says. */
const MAX_STEP_MS = 3_600_000;

/** Where warrants come in: each is judged, carried out or refused, and reported. */
export class WarrantDesk {
  readonly #ports: WarrantPorts;
  /** Runs of a process before, by their warrants, that may go on: each holds up all others until its step's time is over. */
  readonly #goingOn = new Set<string>();

  constructor(ports: WarrantPorts) {
    this.#ports = ports;
  }

  /**
   * Takes an envelope's exact bytes. Resolves when the run has ended, or was refused, and its report is on the disk.
   * While the disk takes no write, the end of a journalled warrant waits for it. Rejects where a report could not be written
   * otherwise; a journalled warrant is then reported `interrupted` by the next `recover`.
   */
  async receive(bytes: Buffer): Promise<void> {
    const receivedAt = this.#ports.clock.now();
    const docket: Docket = { bytes, envelope: sha256(bytes), receivedAt, warrant: null, journalled: false };
    let order: Order;
    try {
      order = await judge(docket, this.#ports);
    } catch (error) {
      const refusal = refusalOf(error, docket);
      if (refusal === undefined) throw error;
      await this.#recordEnd(subjectOf(docket), refused(refusal), []);
      return;
    }
    await this.#carryOut(docket, order);
  }

  /**
   * At the start of the agent, before any warrant: what the last process left open is reported, what it left running is
   * ended, and nothing is started again. Where what is left cannot be found, it is reported once it must have ended.
   */
  recover(): void {
    const { db, runner } = this.#ports;
    for (const { id: warrant, envelope, runbook, receivedAt, state, stepEnds } of openWarrants(db)) {
      if (this.#goingOn.has(warrant)) continue;
      const subject: Subject = { warrant, envelope, runbook, receivedAt, journalled: true };
      const interrupted: Outcome = { outcome: 'interrupted', lastStep: state };
      const step = stepOfState(state);
      const ended = step === undefined || runner.endLeftovers(markerOf(warrant, step));
      const leftMs = ended ? 0 : Math.min((stepEnds ?? 0) - this.#ports.clock.now(), MAX_STEP_MS);
      if (leftMs <= 0) {
        recordEnd(this.#ports, subject, interrupted, []);
        continue;
      }
      this.#goingOn.add(warrant);
      setTimeout(() => void this.#recordEnd(subject, interrupted, []), leftMs).unref();
    }
  }

  async #carryOut(docket: Docket, { warrant, runbook, parameters }: Order): Promise<void> {
    const { runner } = this.#ports;
    const { bundle } = runbook;
    // `judge` has journalled the first state together with the beginning of the run.
    let state = firstStateOf(bundle);
    let first = true;
    const carriedOut = carryOut({
      warrant: warrant.id,
      bundle,
      parameters,
      runner,
      enter: (next) => {
        if (!first) enterState(this.#ports, warrant.id, next, bundle);
        first = false;
        state = next;
      },
    });
    // A step that could not be journalled was not begun.
    const { result, steps } = await carriedOut.catch((error: unknown) => {
      if (!isDiskFailure(error)) throw error;
      return { result: { outcome: 'interrupted' as const, lastStep: state }, steps: [] };
    });
    await this.#recordEnd(subjectOf(docket), result, steps);
  }

  /** Without its end a run would hold up all others until the next start. */
  async #recordEnd(subject: Subject, result: Outcome, steps: StepReport[]): Promise<void> {
    const record = (): void => recordEnd(this.#ports, subject, result, steps);
    // A warrant that is in no journal may come again and be taken: an end of it told late would be told of that one.
    if (subject.journalled) await untilWritten(record);
    else record();
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

/** A run whose beginning could not be journalled was not begun: that is a refusal too. */
function refusalOf(error: unknown, { journalled }: Docket): Refusal | undefined {
  const known = journalled ? journalFailed('the run', error) : error;
  return known instanceof Refusal ? known : undefined;
}

function refused(refusal: Refusal): Outcome {
  return { outcome: 'refused', code: refusal.code, reason: refusal.message.slice(0, MAX_REASON) };
}
