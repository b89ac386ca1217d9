import type { Manifest, Parameters } from '@millwright/shared/runbook';
import type { EvidenceFact } from './chooser.ts';

/** Parameters for a runbook: facts from the evidence, the rest as signed. Undefined where a fact is not in the evidence. */
export function parametersFromFacts(
  manifest: Manifest,
  facts: readonly EvidenceFact[],
): Parameters | undefined {
  const parameters: Parameters = {};
  for (const [name, parameter] of Object.entries(manifest.parameters)) {
    if (parameter.type !== 'fact') {
      parameters[name] = parameter.default;
      continue;
    }
    const fact = facts.find((candidate) => candidate.kind === parameter.fact);
    if (fact === undefined) return undefined;
    parameters[name] = fact.value;
  }
  return parameters;
}
