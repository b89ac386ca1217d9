import { Envelope, REPORT_TYPE, RunReport, type StepReport, signEnvelope } from '@millwright/shared/trust';
import type { Identity } from '../config/index.ts';

/** Base64 makes four bytes of three, and an envelope's payload has a longest length. */
const MAX_REPORT_BYTES = Math.floor(((Envelope.shape.payload.maxLength ?? 0) / 4) * 3);

/** Signs a report with the endpoint's key. Output that does not fit into an envelope loses its beginning. */
export function signReport(report: RunReport, identity: Identity): Envelope {
  let fitting = RunReport.parse(report);
  let payload = Buffer.from(JSON.stringify(fitting));
  while (payload.length > MAX_REPORT_BYTES) {
    fitting = { ...fitting, steps: halveLongest(fitting.steps) };
    payload = Buffer.from(JSON.stringify(fitting));
  }
  return signEnvelope(REPORT_TYPE, payload, identity.privateKey);
}

function halveLongest(steps: readonly StepReport[]): StepReport[] {
  const longest = Math.max(...steps.map(({ output }) => output.length));
  if (longest <= 0) throw new RangeError('a report without output does not fit into its envelope');
  return steps.map((step) =>
    step.output.length === longest
      ? { ...step, output: step.output.slice(-Math.floor(longest / 2) || longest), truncated: true }
      : step,
  );
}
