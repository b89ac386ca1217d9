import { Text, Textarea } from '@mantine/core';
import type { Approval } from '@millwright/shared/api';
import { useState } from 'react';
import { type Answer, useAnswerApproval } from '../api/changes.ts';
import { Confirm } from '../parts/confirm.tsx';

interface AnswerDialogProps {
  readonly approval: Approval;
  readonly asked: Answer['answer'] | undefined;
  readonly onClose: () => void;
}

/** Asks once more before a fix runs or is turned down. */
export function AnswerDialog({ approval, asked, onClose }: AnswerDialogProps) {
  const answer = useAnswerApproval();
  const [reason, setReason] = useState('');
  const close = (): void => {
    answer.reset();
    setReason('');
    onClose();
  };
  const what = `${approval.title} on ${approval.endpoint.hostname}`;
  return (
    <Confirm
      opened={asked !== undefined}
      title={asked === 'decline' ? 'Decline this fix?' : 'Run this fix?'}
      verb={asked === 'decline' ? 'Decline it' : 'Run it once'}
      busy={answer.isPending}
      error={answer.error}
      onCancel={close}
      onConfirm={() => {
        const { remediation } = approval;
        if (asked === 'approve') answer.mutate({ remediation, answer: asked }, { onSuccess: close });
        if (asked === 'decline')
          answer.mutate({ remediation, answer: asked, reason: reason.trim() }, { onSuccess: close });
      }}
    >
      <Text size="sm">
        {asked === 'decline'
          ? `${what} does not run, and ticket #${approval.ticket} goes to a person.`
          : `${what} (${approval.client.name}) runs once, now. The result stands in ticket #${approval.ticket}.`}
      </Text>
      {asked === 'decline' && (
        <Textarea
          label="Reason"
          description="Whoever takes the ticket reads it. May stay empty."
          maxLength={400}
          autosize
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      )}
    </Confirm>
  );
}
