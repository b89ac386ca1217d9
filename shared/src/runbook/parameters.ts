import { z } from 'zod';
import type { FactKind, Manifest, Parameter } from './manifest.ts';

/** Parameters as a warrant carries them. */
export const Parameters = z.record(z.string().max(32), z.union([z.string().max(512), z.number().int()]));
export type Parameters = z.infer<typeof Parameters>;

/** A fact by its name, seen or not. */
export interface NamedFact {
  readonly kind: FactKind;
  readonly value: string;
}

/** An observed fact: its value, and what the endpoint knows beside it (a declared process's command). */
export interface Fact extends NamedFact {
  readonly details: Readonly<Record<string, readonly string[]>>;
}

export type ParameterProblem =
  | { readonly code: 'parameters-invalid'; readonly message: string }
  | { readonly code: 'parameter-not-observed'; readonly message: string };

/** Parameters that fit a manifest, with the fact behind each that must be one. */
export interface BoundParameters {
  readonly values: Parameters;
  readonly facts: ReadonlyMap<string, Fact>;
}

const invalid = (message: string): ParameterProblem => ({ code: 'parameters-invalid', message });

function checkValue(
  name: string,
  parameter: Parameter,
  value: string | number,
  facts: readonly Fact[],
): ParameterProblem | Fact | undefined {
  switch (parameter.type) {
    case 'integer':
      if (typeof value !== 'number') return invalid(`${name} must be an integer`);
      if (value < parameter.minimum || value > parameter.maximum)
        return invalid(`${name} must lie between ${parameter.minimum} and ${parameter.maximum}`);
      return undefined;
    case 'choice':
      if (typeof value !== 'string' || !parameter.choices.includes(value))
        return invalid(`${name} must be one of ${parameter.choices.join(', ')}`);
      return undefined;
    case 'fact': {
      if (typeof value !== 'string') return invalid(`${name} must be text`);
      const fact = facts.find((candidate) => candidate.kind === parameter.fact && candidate.value === value);
      return (
        fact ?? {
          code: 'parameter-not-observed',
          message: `${name}: ${JSON.stringify(value)} is not a ${parameter.fact} that this endpoint sees now`,
        }
      );
    }
  }
}

/** Holds a warrant's parameters against the manifest and against what is observed. Defaults fill what is left out. */
export function bindParameters(
  manifest: Manifest,
  given: Parameters,
  facts: readonly Fact[],
): BoundParameters | ParameterProblem {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(manifest.parameters, name))
      return invalid(`${name} is not a parameter of ${manifest.id}`);
  }
  const values: Parameters = {};
  const bound = new Map<string, Fact>();
  for (const [name, parameter] of Object.entries(manifest.parameters)) {
    const value = Object.hasOwn(given, name)
      ? given[name]
      : parameter.type === 'fact'
        ? undefined
        : parameter.default;
    if (value === undefined) return invalid(`${name} is missing`);
    const result = checkValue(name, parameter, value, facts);
    if (result !== undefined && 'code' in result) return result;
    if (result !== undefined) bound.set(name, result);
    values[name] = value;
  }
  return { values, facts: bound };
}

/**
 * Holds parameters against the manifest where nobody can see the endpoint: which facts hold is the endpoint's to say, so
 * that each given value stands for one, and only the form is checked.
 */
export function bindForm(manifest: Manifest, given: Parameters): BoundParameters | ParameterProblem {
  const claimed = Object.entries(manifest.parameters).flatMap(([name, parameter]): Fact[] => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return parameter.type === 'fact' && typeof value === 'string'
      ? [{ kind: parameter.fact, value, details: {} }]
      : [];
  });
  return bindParameters(manifest, given, claimed);
}

/** The argument list of a step, after `--`. */
export function argumentsOf(names: readonly string[], bound: BoundParameters): string[] {
  return names.flatMap((name) => {
    const [parameter = '', detail] = name.split('.');
    if (detail === undefined) return [String(bound.values[parameter])];
    return [...(bound.facts.get(parameter)?.details[detail] ?? [])];
  });
}
