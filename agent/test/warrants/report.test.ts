import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  Envelope,
  keyIdOf,
  REPORT_TYPE,
  RunReport,
  type StepReport,
  verifyEnvelope,
} from '@millwright/shared/trust';
import type { Identity } from '../../src/config/index.ts';
import { signReport } from '../../src/warrants/report.ts';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const identity: Identity = {
  endpoint: 'endpoint-1',
  client: 'acme',
  site: 'main',
  thumbprint: keyIdOf(publicKey),
  privateKey,
  certificate: '',
  ca: '',
  controller: 'localhost:1',
};

const stepWith = (step: StepReport['step'], output: string): StepReport => ({
  step,
  ended: 'exited',
  exitCode: 0,
  ms: 1,
  output,
  truncated: false,
});
const reportWith = (steps: StepReport[]): RunReport => ({
  schema: 1,
  warrant: '00000000-0000-4000-8000-000000000000',
  envelope: 'ab'.repeat(32),
  endpoint: identity.thumbprint,
  runbook: null,
  receivedAt: 1,
  endedAt: 2,
  result: { outcome: 'fixed' },
  steps,
});

function read(envelope: Envelope): RunReport {
  // What does not fit is refused by the controller, which parses it so.
  const { payload, signers } = verifyEnvelope(
    Envelope.parse(envelope),
    REPORT_TYPE,
    new Map([[identity.thumbprint, publicKey]]),
  );
  assert.deepEqual([...signers], [identity.thumbprint]);
  return RunReport.parse(JSON.parse(payload.toString()));
}

describe('signReport', () => {
  it("signs with the endpoint's key, and changes nothing of what fits", () => {
    const report = reportWith([stepWith('fix', 'done')]);
    assert.deepEqual(read(signReport(report, identity)), report);
  });

  it('cuts the beginning of the longest output until the report fits its envelope', () => {
    const { steps } = read(
      signReport(
        reportWith([stepWith('check', 'short'), stepWith('fix', `${'x'.repeat(262_000)}end`)]),
        identity,
      ),
    );
    assert.deepEqual(steps[0], stepWith('check', 'short'));
    assert.equal(steps[1]?.truncated, true);
    assert.match(steps[1]?.output ?? '', /^x{10000,}end$/);
  });

  it('fits four steps of whatever output', () => {
    // Each of these becomes six bytes in JSON.
    const steps = (['check', 'fix', 'verify', 'rollback'] as const).map((step) =>
      stepWith(step, '\u0001'.repeat(262_144)),
    );
    assert.equal(read(signReport(reportWith(steps), identity)).steps.length, 4);
  });
});
