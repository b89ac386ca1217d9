import { Alert, Button, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';

/** The API's messages begin small: they may stand inside a sentence. */
const sentence = (message: string): string => message.charAt(0).toUpperCase() + message.slice(1);

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
        {sentence(error.message)}
      </Text>
      {onRetry !== undefined && (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
