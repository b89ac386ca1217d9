import type { TicketDetail } from '@millwright/shared/api';
import { Link, useParams } from 'react-router';
import { AlertRow } from '../alerts/alert-row.tsx';
import { useTicket } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Columns } from '../parts/columns.tsx';
import { Moment } from '../parts/moment.tsx';
import { Page } from '../parts/page.tsx';
import { Rows } from '../parts/row.tsx';
import { Section } from '../parts/section.tsx';
import { Status } from '../parts/status.tsx';
import { ticketTones } from '../parts/tones.ts';
import { mayAct, useMe } from '../session/me.ts';
import { NowherePage } from '../shell/nowhere-page.tsx';
import { ticketStateNames } from '../words/names.ts';
import { DecisionSection } from './decision.tsx';
import { ProofSection } from './proof.tsx';
import { RunSection } from './run.tsx';
import { TicketWords } from './ticket-words.tsx';
import { Timeline } from './timeline.tsx';

/** One ticket: the whole story, from the fault to the proof. */
export function TicketPage() {
  const { id = '' } = useParams();
  return /^\d{1,15}$/.test(id) ? <TicketOf id={Number(id)} /> : <NowherePage />;
}

function TicketOf({ id }: { id: number }) {
  const ticket = useTicket(id);
  if (ticket.data === undefined) {
    return (
      <Page title={`Ticket #${id}`}>
        <Answer query={ticket} lines={8}>
          {() => null}
        </Answer>
      </Page>
    );
  }
  return <Answer query={ticket}>{(data) => <Ticket ticket={data} />}</Answer>;
}

function Ticket({ ticket }: { ticket: TicketDetail }) {
  const me = useMe();
  return (
    <Page
      title={ticket.subject}
      above={<Link to="/tickets">Tickets</Link>}
      below={
        <>
          <Status tone={ticketTones[ticket.state]}>{ticketStateNames[ticket.state]}</Status>
          <span>#{ticket.id}</span>
          <span>{ticket.priority}</span>
          {ticket.endpoint !== null && (
            <Link to={`/endpoints/${ticket.endpoint.id}`}>{ticket.endpoint.hostname}</Link>
          )}
          <span>
            {ticket.client.name} / {ticket.site.name}
          </span>
          <span>
            opened <Moment at={ticket.openedAt} />
          </span>
        </>
      }
    >
      <Columns
        beside={
          <>
            {numbered('decision', ticket.decisions).map(({ one, title }) => (
              <DecisionSection key={one.id} decision={one} title={title} />
            ))}
            {numbered('run', ticket.runs).map(({ one, title }) => (
              <RunSection key={one.warrant} run={one} title={title} />
            ))}
          </>
        }
      >
        <ProofSection ticket={ticket} />
        <Section title="What happened">
          <Timeline entries={ticket.timeline} />
          {mayAct(me) && <TicketWords ticket={ticket} />}
        </Section>
        {ticket.alerts.length > 0 && (
          <Section title={ticket.alerts.length === 1 ? 'Its alert' : 'Its alerts'}>
            <Rows label="Alerts of this ticket">
              {ticket.alerts.map((alert) => (
                <AlertRow key={alert.id} alert={alert} />
              ))}
            </Rows>
          </Section>
        )}
      </Columns>
    </Page>
  );
}

/** The newest first, each under a title of its own (`The run`; of several, `Run 2 of 3`). */
function numbered<T>(noun: string, all: readonly T[]): readonly { one: T; title: string }[] {
  const name = noun.charAt(0).toUpperCase() + noun.slice(1);
  return all
    .map((one, at) => ({
      one,
      title: all.length === 1 ? `The ${noun}` : `${name} ${at + 1} of ${all.length}`,
    }))
    .reverse();
}
