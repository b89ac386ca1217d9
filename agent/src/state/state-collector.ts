import type { DatabaseSync } from 'node:sqlite';
import { formatBytes } from '@millwright/shared/units';
import { allOf, type Collector } from '../collect/collector.ts';
import { lastRefusal } from './database.ts';
import { diskProblemOf, remedies } from './disk-failure.ts';
import { keepReserve, RESERVE_BYTES, roomOf, tryToWrite } from './reserve.ts';

/** How the agent's own state is doing, where it is not well. */
export class StateUnwell extends Error {
  override readonly name = 'StateUnwell';
  /** The disk is full and the agent works on its reserve; or nothing can be written, so that no warrant is taken. */
  readonly code: 'state-on-reserve' | 'state-unwritable';
  constructor(code: StateUnwell['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Looks after the state's room on the disk. It has no readings: its own health is the reading, which reaches the controller
 * also while nothing can be journalled.
 * @param changed told when the state falls ill, in another way than before, or is well again
 */
export function stateCollector(
  db: DatabaseSync,
  changed: (unwell: StateUnwell | undefined) => void,
): Collector {
  let last: StateUnwell | undefined;
  const note = (unwell: StateUnwell | undefined): void => {
    if (unwell?.code !== last?.code) changed(unwell);
    last = unwell;
  };
  return {
    name: 'agent-state',
    intervalMs: 5000,
    timeoutMs: 5000,
    owns: () => false,
    collect: async () => {
      try {
        checkState(db);
      } catch (error) {
        if (error instanceof StateUnwell) note(error);
        throw error;
      }
      note(undefined);
      return allOf([]);
    },
  };
}

/** Tops the reserve up where it can. @throws StateUnwell */
export function checkState(db: DatabaseSync): void {
  try {
    if (lastRefusal(db) !== undefined) tryToWrite(db);
    keepReserve(db);
  } catch (cause) {
    const problem = diskProblemOf(cause);
    if (problem === undefined) throw cause;
    throw new StateUnwell(
      'state-unwritable',
      `nothing can be written to the agent's state (${problem}), so no warrant is taken; ${remedies[problem]}, and it goes on by itself`,
      { cause },
    );
  }
  const { reserveBytes, diskBytes } = roomOf(db);
  if ((diskBytes < RESERVE_BYTES && reserveBytes < RESERVE_BYTES / 2) || diskBytes === 0)
    throw new StateUnwell(
      'state-on-reserve',
      `the disk of the agent's state is full; the agent works on ${formatBytes(reserveBytes)} that it keeps for itself: free some space`,
    );
}
