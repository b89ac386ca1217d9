import { Alert, Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

/** What went wrong, and a way to try again where there is one. */
export function Failed({ error, onRetry }: { error: Error; onRetry?: () => void }) {
  return (
    <Alert
      role="alert"
      variant="outline"
      color="red"
      icon={<IconAlertTriangle aria-hidden />}
      title="That did not work"
    >
      <Text size="sm" mb={onRetry === undefined ? 0 : 'sm'}>
        {error.message}
      </Text>
      {onRetry !== undefined && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
