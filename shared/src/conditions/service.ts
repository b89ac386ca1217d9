import { z } from 'zod';
import { defineCondition } from './definition.ts';

/** A service that ended well was stopped by somebody, who may be about to start it again: a restart by hand, an upgrade. Seconds. */
const stoppedOnPurposeSeconds = 10;

/** A service that is meant to run and does not. One that failed is a fault at once. */
export const serviceStopped = defineCondition({
  id: 'service-stopped',
  title: 'Service stopped',
  severity: 'critical',
  kind: 'service',
  raiseAfterSeconds: ({ state }) => (state === 'stopped' ? stoppedOnPurposeSeconds : 0),
  clearAfterSeconds: 0,
  thresholds: z.strictObject({ ignore: z.array(z.string()).default([]) }),
  judge: (service, limits) => {
    if (!service.wanted || limits.ignore.includes(service.name)) return 'clear';
    switch (service.state) {
      case 'running':
        return 'clear';
      case 'stopped':
      case 'failed':
        return 'raise';
      case 'transition':
        return 'between';
    }
  },
  describe: (service) => `${service.name} is ${service.state} (${service.detail}) and is meant to run`,
});

/** A process declared in the endpoint's own configuration that is not there. */
export const processStopped = defineCondition({
  id: 'process-stopped',
  title: 'Process stopped',
  severity: 'critical',
  kind: 'process',
  raiseAfterSeconds: 0,
  clearAfterSeconds: 0,
  thresholds: z.strictObject({}),
  judge: (process) => (process.state === 'stopped' ? 'raise' : 'clear'),
  describe: (process) => `${process.name} is not running`,
});
