import { Code, Text } from '@mantine/core';
import type { Decision } from '@millwright/shared/api';

/** A runbook's parameters, name and value. */
export function Parameters({ parameters }: { parameters: Decision['parameters'] }) {
  return Object.entries(parameters).map(([name, value]) => (
    <div key={name}>
      <Text span size="sm">
        {name}{' '}
      </Text>
      <Code>{String(value)}</Code>
    </div>
  ));
}
