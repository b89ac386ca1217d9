import { useTickets } from '../api/queries.ts';
import { Choice, oneOf, useFilter } from '../parts/filter.tsx';
import { ListPage, useSearch } from '../parts/list-page.tsx';
import { Rows } from '../parts/row.tsx';
import { ticketStateNames } from '../words/names.ts';
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
  const search = useSearch();
  const state = oneOf(states, stateWord, 'all');
  const tickets = useTickets({ state: state === 'all' ? undefined : state, words: search.words });
  return (
    <ListPage
      title="Tickets"
      noun="ticket"
      search={search}
      placeholder="A word in it"
      filters={
        <Choice
          label="State"
          value={state}
          choices={states}
          onChange={(value) => setState(value === 'all' ? '' : value)}
        />
      }
      listing={tickets}
      none="There is none."
      narrowed={state !== 'all'}
    >
      {(rows) => (
        <Rows label="Tickets">
          {rows.map((ticket) => (
            <TicketRow key={ticket.id} ticket={ticket} />
          ))}
        </Rows>
      )}
    </ListPage>
  );
}
