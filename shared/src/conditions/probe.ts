import { z } from 'zod';
import { defineCondition } from './definition.ts';

/** A probe that has failed for a while; one lost answer is not a fault. */
export const probeFailing = defineCondition({
  id: 'probe-failing',
  title: 'Probe failing',
  severity: 'warning',
  kind: 'probe',
  raiseAfterSeconds: 30,
  clearAfterSeconds: 0,
  thresholds: z.strictObject({}),
  judge: (probe) => (probe.ok ? 'clear' : 'raise'),
  describe: (probe) => `${probe.name} (${probe.probe}) fails: ${probe.detail}`,
});
