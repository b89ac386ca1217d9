import { Text } from '@mantine/core';
import { IconCircleDashed } from '@tabler/icons-react';
import { useTickets } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Ago } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Row, Rows } from '../parts/row.tsx';
import { Section } from '../parts/section.tsx';
import { Sign } from '../parts/status.tsx';
import { durationInWords } from '../words/duration.ts';
import { useNow } from '../words/now.tsx';

const DAY_MS = 86_400_000;
const MOST_SHOWN = 8;

/** The latest faults that Millwright fixed by itself. */
export function FixedSection() {
  const now = useNow();
  const closed = useTickets({ state: 'closed', limit: 100 });
  return (
    <Section title="Fixed by Millwright in the last 24 hours">
      <Answer query={closed}>
        {(tickets) => {
          const fixed = tickets.flatMap(({ fixedInMs, closedAt, ...ticket }) =>
            fixedInMs !== null && closedAt !== null && now - closedAt < DAY_MS
              ? [{ ...ticket, fixedInMs, closedAt }]
              : [],
          );
          if (fixed.length === 0) return <Nothing icon={IconCircleDashed}>Nothing.</Nothing>;
          return (
            <Rows label="Fixed by Millwright in the last 24 hours">
              {fixed.slice(0, MOST_SHOWN).map((ticket) => (
                <Row
                  key={ticket.id}
                  lead={<Sign tone="ok" label="Fixed" />}
                  title={ticket.subject}
                  to={`/tickets/${ticket.id}`}
                  meta={
                    <>
                      <span>{ticket.client.name}</span>
                      <span>
                        <Ago at={ticket.closedAt} />
                      </span>
                    </>
                  }
                  side={<Text size="sm">in {durationInWords(ticket.fixedInMs)}</Text>}
                />
              ))}
            </Rows>
          );
        }}
      </Answer>
    </Section>
  );
}
