import type { Answer, Choice, Chooser, Question } from './chooser.ts';
import { parametersFromFacts } from './parameters-from-facts.ts';

const order = { L0: 0, L1: 1, L2: 2 } as const;

/**
 * The deterministic chooser: needs no key and no network, and says why. Among the runbooks whose parameters the evidence
 * can fill it takes the least disruptive, then the one made for the fewest conditions, then by name.
 */
export class BuiltinChooser implements Chooser {
  async choose(question: Question): Promise<Answer> {
    return { choice: pick(question), decidedBy: { kind: 'builtin' }, fellBackFrom: null };
  }
}

function pick({ alert, candidates, facts }: Question): Choice {
  if (candidates.length === 0)
    return {
      kind: 'abstain',
      reason: `no runbook in the catalogue remedies ${alert.condition} on this platform`,
    };
  const able = candidates.flatMap((manifest) => {
    const parameters = parametersFromFacts(manifest, facts);
    return parameters === undefined ? [] : [{ manifest, parameters }];
  });
  const [best] = able.toSorted(
    (a, b) =>
      order[a.manifest.class] - order[b.manifest.class] ||
      a.manifest.conditions.length - b.manifest.conditions.length ||
      a.manifest.id.localeCompare(b.manifest.id),
  );
  if (best === undefined)
    return {
      kind: 'abstain',
      reason: `${candidates.map((manifest) => manifest.id).join(', ')}: the evidence does not show what they need`,
    };
  const others = able.length - 1;
  return {
    kind: 'run',
    runbook: best.manifest.id,
    parameters: best.parameters,
    reason: `${best.manifest.id} is made for ${alert.condition}${others > 0 ? ` and is the least disruptive of ${able.length}` : ''}; ${alert.description}`,
  };
}
