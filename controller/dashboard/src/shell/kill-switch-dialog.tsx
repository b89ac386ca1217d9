import { Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useSetKillSwitch } from '../api/changes.ts';
import { Confirm } from '../parts/confirm.tsx';

interface KillSwitchDialogProps {
  /** Whether it is on now. */
  readonly on: boolean;
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Turns the kill switch on or off, for a reason. */
export function KillSwitchDialog({ on, opened, onClose }: KillSwitchDialogProps) {
  const [reason, setReason] = useState('');
  const setKillSwitch = useSetKillSwitch();
  const close = (): void => {
    setKillSwitch.reset();
    setReason('');
    onClose();
  };
  return (
    <Confirm
      opened={opened}
      title={on ? 'Turn the kill switch off?' : 'Turn the kill switch on?'}
      verb={on ? 'Let fixes run again' : 'Stop every fix'}
      danger={!on}
      disabled={reason.trim() === ''}
      busy={setKillSwitch.isPending}
      error={setKillSwitch.error}
      onCancel={close}
      onConfirm={() => setKillSwitch.mutate({ on: !on, reason: reason.trim() }, { onSuccess: close })}
    >
      <Text size="sm">
        {on
          ? 'Fixes run again on every endpoint, as far as each runbook is trusted.'
          : 'No endpoint of any client runs anything from now on. Monitoring, alerts and tickets go on.'}
      </Text>
      <Textarea
        label="Reason"
        description="It stands in the audit log."
        required
        maxLength={400}
        autosize
        minRows={2}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </Confirm>
  );
}
