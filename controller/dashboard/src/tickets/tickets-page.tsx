import { Group, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { MOST_ROWS, useTickets } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Choice, oneOf, useFilter } from '../parts/filter.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Page } from '../parts/page.tsx';
import { Rows } from '../parts/row.tsx';
import { Section } from '../parts/section.tsx';
import { ticketStateNames } from '../words/names.ts';
import { counted } from '../words/size.ts';
import { TicketRow } from './ticket-row.tsx';

const states = [
  ['all', 'All'],
  ['escalated', ticketStateNames.escalated],
  ['waiting', ticketStateNames.waiting],
  ['open', ticketStateNames.open],
  ['closed', ticketStateNames.closed],
] as const;

/** Every ticket, by its state and its words. */
export function TicketsPage() {
  const [stateWord, setState] = useFilter('state');
  const [words, setWords] = useFilter('words');
  const state = oneOf(states, stateWord, 'all');
  const tickets = useTickets({ state: state === 'all' ? undefined : state });
  const wanted = words.toLowerCase();

  return (
    <Page title="Tickets">
      <Group gap="sm">
        <Choice
          label="State"
          value={state}
          choices={states}
          onChange={(value) => setState(value === 'all' ? '' : value)}
        />
        <TextInput
          size="xs"
          aria-label="Find tickets by a word"
          placeholder="A word in it"
          leftSection={<IconSearch size={15} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      <Answer query={tickets} lines={8}>
        {(all) => {
          const shown = all.filter((ticket) =>
            [
              ticket.subject,
              `#${ticket.id}`,
              ticket.client.name,
              ticket.site.name,
              ticket.endpoint?.hostname ?? '',
            ].some((text) => text.toLowerCase().includes(wanted)),
          );
          return (
            <Section
              title={
                all.length === MOST_ROWS
                  ? `The latest ${counted(shown.length, 'ticket')}`
                  : counted(shown.length, 'ticket')
              }
            >
              {shown.length === 0 ? (
                <Nothing>{words === '' ? 'There is none.' : 'No ticket fits.'}</Nothing>
              ) : (
                <Rows label="Tickets">
                  {shown.map((ticket) => (
                    <TicketRow key={ticket.id} ticket={ticket} />
                  ))}
                </Rows>
              )}
            </Section>
          );
        }}
      </Answer>
    </Page>
  );
}
