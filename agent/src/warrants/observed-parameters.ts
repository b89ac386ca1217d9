import {
  type BoundParameters,
  bindParameters,
  type Fact,
  type Manifest,
  type Parameters,
} from '@millwright/shared/runbook';
import { Refusal } from '@millwright/shared/trust';

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
