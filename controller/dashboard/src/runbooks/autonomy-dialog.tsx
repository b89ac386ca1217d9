import { Text } from '@mantine/core';
import type { RunbookSummary } from '@millwright/shared/api';
import { type ModeChange, useSetMode } from '../api/changes.ts';
import { Confirm } from '../parts/confirm.tsx';

interface AutonomyDialogProps {
  readonly change: ModeChange | undefined;
  readonly runbook: RunbookSummary;
  /** The client's name. */
  readonly client: string;
  readonly onClose: () => void;
}

/** Asks once more before a runbook may run alone. */
export function AutonomyDialog({ change, runbook, client, onClose }: AutonomyDialogProps) {
  const setMode = useSetMode();
  const close = (): void => {
    setMode.reset();
    onClose();
  };
  return (
    <Confirm
      opened={change !== undefined}
      title="Let it run alone?"
      verb="Let it run alone"
      busy={setMode.isPending}
      error={setMode.error}
      onCancel={close}
      onConfirm={() => {
        if (change !== undefined) setMode.mutate(change, { onSuccess: close });
      }}
    >
      <Text size="sm">
        From now on Millwright runs {runbook.title} by itself, without asking. For: {client}. Every run is
        verified and stands in a ticket.
      </Text>
    </Confirm>
  );
}
