import { SegmentedControl } from '@mantine/core';
import { useSearchParams } from 'react-router';

/** The parts of an address's query that a list is filtered by: it can be sent to somebody, and Back undoes it. */
export function useFilter(name: string): [value: string, set: (value: string) => void] {
  const [parameters, setParameters] = useSearchParams();
  return [
    parameters.get(name) ?? '',
    (value) =>
      setParameters(
        (before) => {
          const after = new URLSearchParams(before);
          if (value === '') after.delete(name);
          else after.set(name, value);
          return after;
        },
        { replace: true },
      ),
  ];
}

/** The choice that an address names, or the one that stands where it names none. */
export function oneOf<T extends string>(
  choices: readonly (readonly [T, string])[],
  value: string,
  otherwise: T,
): T {
  return choices.find(([choice]) => choice === value)?.[0] ?? otherwise;
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [value: T, name: string])[];
  readonly onChange: (value: T) => void;
}

/** One of a few, all of them in sight. */
export function Choice<T extends string>({ label, value, choices, onChange }: ChoiceProps<T>) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={label}
      value={value}
      onChange={onChange}
      data={choices.map(([choice, name]) => ({ value: choice, label: name }))}
    />
  );
}
