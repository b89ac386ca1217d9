import type { EndpointDetail } from '@millwright/shared/api';
import { Link, useParams } from 'react-router';
import { AlertRow } from '../alerts/alert-row.tsx';
import { useEndpoint, useTickets } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Columns } from '../parts/columns.tsx';
import { Ago } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Page } from '../parts/page.tsx';
import { Rows } from '../parts/row.tsx';
import { Section } from '../parts/section.tsx';
import { Status } from '../parts/status.tsx';
import { endpointTones } from '../parts/tones.ts';
import { TicketRow } from '../tickets/ticket-row.tsx';
import { endpointStatusNames, platformNames } from '../words/names.ts';
import { CollectorsSection } from './collectors.tsx';
import { HostSection } from './host.tsx';
import { IdentitySection } from './identity.tsx';
import { NetworkSection } from './network.tsx';
import { RunningSection } from './running.tsx';
import { StorageSection } from './storage.tsx';

const MOST_TICKETS = 8;

/** One endpoint, as its agent sees it. */
export function EndpointPage() {
  const { id = '' } = useParams();
  const endpoint = useEndpoint(id);
  if (endpoint.data === undefined) {
    return (
      <Page title="Endpoint">
        <Answer query={endpoint} lines={8}>
          {() => null}
        </Answer>
      </Page>
    );
  }
  return <Answer query={endpoint}>{(data) => <Endpoint endpoint={data} />}</Answer>;
}

function Endpoint({ endpoint }: { endpoint: EndpointDetail }) {
  const { readings } = endpoint;
  const alerts = endpoint.alerts.filter(({ state }) => state !== 'resolved');
  return (
    <Page
      title={endpoint.hostname}
      above={<Link to="/endpoints">Endpoints</Link>}
      below={
        <>
          <Status tone={endpointTones[endpoint.status]}>{endpointStatusNames[endpoint.status]}</Status>
          <span>
            {endpoint.client.name} / {endpoint.site.name}
          </span>
          <span>
            {platformNames[endpoint.platform]} {endpoint.arch}
          </span>
          <span>
            {endpoint.lastSeenAt === null ? (
              'never seen'
            ) : (
              <>
                seen <Ago at={endpoint.lastSeenAt} />
              </>
            )}
          </span>
          {endpoint.policy.killSwitch && <Status tone="critical">Kill switch on: it runs nothing</Status>}
        </>
      }
    >
      {endpoint.status === 'offline' && (
        <Section title="Not connected" tone="critical">
          The readings below are the last ones that arrived. What the endpoint sees meanwhile is kept there
          and arrives when it is back.
        </Section>
      )}
      <Columns
        beside={
          <>
            <HostSection endpoint={endpoint} />
            <NetworkSection readings={readings} />
            <IdentitySection endpoint={endpoint} />
          </>
        }
      >
        <Section title={alerts.length === 0 ? 'Alerts' : `Alerts (${alerts.length})`}>
          {alerts.length === 0 ? (
            <Nothing>No alert.</Nothing>
          ) : (
            <Rows label="Alerts of this endpoint">
              {alerts.map((alert) => (
                <AlertRow key={alert.id} alert={alert} onItsEndpoint />
              ))}
            </Rows>
          )}
        </Section>
        <CollectorsSection readings={readings} />
        <StorageSection readings={readings} alerts={alerts} />
        <RunningSection readings={readings} />
        <TicketsSection endpoint={endpoint.id} />
      </Columns>
    </Page>
  );
}

function TicketsSection({ endpoint }: { endpoint: string }) {
  const tickets = useTickets({ endpoint, limit: MOST_TICKETS });
  return (
    <Section title="Recent tickets">
      <Answer query={tickets}>
        {(all) =>
          all.length === 0 ? (
            <Nothing>No ticket yet.</Nothing>
          ) : (
            <Rows label="Recent tickets of this endpoint">
              {all.map((ticket) => (
                <TicketRow key={ticket.id} ticket={ticket} />
              ))}
            </Rows>
          )
        }
      </Answer>
    </Section>
  );
}
