import { checkBudget, checkBusy, checkCooldown, checkQuarantine, runSubjectOf } from './budgets.ts';
import type { Docket, Order } from './docket.ts';
import { checkSize, readEnvelope, readWarrant, trustedKeys } from './envelope.ts';
import { journalWarrant } from './journal.ts';
import { checkClass, checkKillSwitch, checkNamespace, checkPlatform } from './local-rules.ts';
import { checkParameters, factsNamed } from './observed-parameters.ts';
import type { WarrantPorts } from './ports.ts';
import { beginRun } from './run-record.ts';
import { checkSignature, checkSigner, checkTechnicians } from './signers.ts';
import { checkEndpoint, checkValidity } from './validity.ts';

/**
 * The agent's order of checks. Each throws a `Refusal` with the code of its own name. Nothing runs before the last one,
 * and from `checkParameters` on there is no await: what is found true is still true when the run is journalled as begun.
 */
export async function judge(docket: Docket, ports: WarrantPorts): Promise<Order> {
  const { clock, db, identity, localPolicy, catalogue } = ports;

  checkSize(docket.bytes);
  const envelope = readEnvelope(docket.bytes);
  const payload = checkSignature(envelope, await trustedKeys(catalogue));
  const warrant = readWarrant(payload);
  docket.warrant = warrant;

  checkEndpoint(warrant, identity);
  clock.check();
  checkValidity(warrant, clock.now());
  // On its way while the disk takes the warrant; not looked at before that.
  const asked = catalogue.ask();
  journalWarrant(db, docket, warrant, clock);

  const refreshed = await catalogue.refresh(asked);
  const runbook = await refreshed.runbook(
    warrant.runbook.id,
    warrant.runbook.sha256,
    warrant.runbook.version,
  );
  const { manifest } = runbook.bundle;
  checkPlatform(manifest, ports.platform);

  const trusted = await trustedKeys(catalogue);
  checkSigner(envelope, trusted);
  checkTechnicians(envelope, trusted, manifest, identity);

  await ports.looked(factsNamed(manifest, warrant.parameters));
  const parameters = checkParameters(manifest, warrant.parameters, ports.facts());
  checkKillSwitch(localPolicy, ports.policy());
  checkNamespace(localPolicy, manifest);
  checkClass(localPolicy, manifest);
  // The refresh, or looking, may have taken longer than the warrant had left.
  checkValidity(warrant, clock.now());
  checkBusy(db);
  checkCooldown(db, manifest, runSubjectOf(parameters), clock.now());
  checkBudget(db, manifest, localPolicy, clock.now());
  checkQuarantine(db, manifest, localPolicy);
  beginRun(ports, { warrant, runbook, parameters });
  return { warrant, runbook, parameters };
}
