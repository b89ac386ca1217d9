import { Button, Group, Stack, Textarea } from '@mantine/core';
import type { TicketDetail } from '@millwright/shared/api';
import { useState } from 'react';
import { useCloseTicket, useComment } from '../api/changes.ts';
import { Failed } from '../parts/failed.tsx';

const LONGEST = 4000;

/** A person's words on a ticket: a comment, or, where it was left to a person, how they ended it. */
export function TicketWords({ ticket }: { ticket: TicketDetail }) {
  const [text, setText] = useState('');
  const comment = useComment();
  const close = useCloseTicket();
  const escalated = ticket.state === 'escalated';
  const words = { ticket: ticket.id, text: text.trim() };
  const clear = (): void => setText('');
  const error = comment.error ?? close.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        close.reset();
        comment.mutate(words, { onSuccess: clear });
      }}
    >
      <Stack gap="sm" mt="xs">
        <Textarea
          label="Comment"
          {...(escalated
            ? { description: 'Say what you found. To close the ticket, say what you did.' }
            : {})}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={LONGEST}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {error !== null && <Failed error={error} />}
        <Group gap="sm">
          <Button type="submit" variant="default" disabled={words.text === ''} loading={comment.isPending}>
            Comment
          </Button>
          {escalated && (
            <Button
              disabled={words.text === ''}
              loading={close.isPending}
              onClick={() => {
                comment.reset();
                close.mutate(words, { onSuccess: clear });
              }}
            >
              Close the ticket
            </Button>
          )}
        </Group>
      </Stack>
    </form>
  );
}
