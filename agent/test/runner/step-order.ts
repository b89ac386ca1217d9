import { randomUUID } from 'node:crypto';
import { markerOf, type StepOrder } from '../../src/runner/index.ts';

/** An order to run a shell script, with whatever is to be changed in it. */
export function orderOf(script: string, changes: Partial<StepOrder> = {}): StepOrder {
  return {
    step: 'fix',
    interpreter: 'sh',
    script,
    arguments: [],
    parameters: {},
    marker: markerOf(randomUUID(), 'fix'),
    timeoutMs: 20_000,
    outputBytes: 4096,
    detaches: false,
    ...changes,
  };
}
