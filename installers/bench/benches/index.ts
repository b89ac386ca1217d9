import type { Bench } from '../figure.ts';
import { agentAtRestBench } from './agent-at-rest.ts';
import { controllerAtRestBench } from './controller-at-rest.ts';
import { fixProcessBench } from './fix-process.ts';
import { fixSystemdBench } from './fix-systemd.ts';
import { ingestBench } from './ingest.ts';
import { roundTripBench } from './round-trip.ts';

/** Every bench, in the order in which they run. */
export const benches: readonly Bench[] = [
  fixProcessBench,
  fixSystemdBench,
  roundTripBench,
  ingestBench,
  controllerAtRestBench,
  agentAtRestBench,
];
