import {
  type BoundParameters,
  bindParameters,
  type Fact,
  type Manifest,
  type NamedFact,
  type Parameters,
} from '@millwright/shared/runbook';
import { Refusal } from '@millwright/shared/trust';

/** The facts that a warrant's parameters claim, seen or not. */
export function factsNamed({ parameters }: Manifest, given: Parameters): NamedFact[] {
  return Object.entries(parameters).flatMap(([name, parameter]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return parameter.type === 'fact' && typeof value === 'string' ? [{ kind: parameter.fact, value }] : [];
  });
}

/** Parameters must fit the signed schema, and those that are facts must be what this endpoint sees now. */
export function checkParameters(
  manifest: Manifest,
  given: Parameters,
  facts: readonly Fact[],
): BoundParameters {
  const bound = bindParameters(manifest, given, facts);
  if ('code' in bound) throw new Refusal(bound.code, bound.message);
  return bound;
}
