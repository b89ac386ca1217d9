import { Text } from '@mantine/core';
import type { TicketSummary } from '@millwright/shared/api';
import { Ago } from '../parts/moment.tsx';
import { Row } from '../parts/row.tsx';
import { Sign } from '../parts/status.tsx';
import { ticketTones } from '../parts/tones.ts';
import { durationInWords } from '../words/duration.ts';
import { ticketStateNames } from '../words/names.ts';

/** One ticket: its subject, its state, and how it ended. */
export function TicketRow({ ticket }: { ticket: TicketSummary }) {
  return (
    <Row
      lead={<Sign tone={ticketTones[ticket.state]} label={ticketStateNames[ticket.state]} />}
      title={ticket.subject}
      to={`/tickets/${ticket.id}`}
      meta={
        <>
          <span>#{ticket.id}</span>
          <span>{ticket.priority}</span>
          <span>
            {ticket.client.name} / {ticket.site.name}
          </span>
          <span>
            opened <Ago at={ticket.openedAt} />
          </span>
        </>
      }
      side={
        <Text size="sm" c={ticket.state === 'closed' ? 'dimmed' : 'var(--mantine-color-text)'}>
          {ticket.fixedInMs === null
            ? ticketStateNames[ticket.state]
            : `Fixed in ${durationInWords(ticket.fixedInMs)}`}
        </Text>
      }
    />
  );
}
