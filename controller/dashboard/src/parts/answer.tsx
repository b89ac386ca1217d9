import { Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Asked } from '../api/queries.ts';
import { Failed } from './failed.tsx';

interface AnswerProps<T> {
  readonly query: Asked<T>;
  readonly children: (data: T) => ReactNode;
  /** How many lines to keep free while loading. */
  readonly lines?: number;
}

/** What a query says: loading, failed, or its data. Old data stays while new data cannot be had, and is called old. */
export function Answer<T>({ query, children, lines = 3 }: AnswerProps<T>) {
  if (query.data === undefined) {
    if (query.error !== null) return <Failed error={query.error} onRetry={() => void query.refetch()} />;
    return (
      <Stack gap="sm" aria-busy>
        <VisuallyHidden role="status">Loading</VisuallyHidden>
        {Array.from({ length: lines }, (_, line) => (
          <Skeleton
            key={`line-${line.toString()}`}
            height={20}
            radius="sm"
            width={line % 3 === 2 ? '60%' : '100%'}
          />
        ))}
      </Stack>
    );
  }
  return (
    <>
      {query.error !== null && (
        <Text size="sm" c="var(--mw-warning)" mb="xs" role="status">
          Could not be fetched again: {query.error.message}
        </Text>
      )}
      {children(query.data)}
    </>
  );
}
