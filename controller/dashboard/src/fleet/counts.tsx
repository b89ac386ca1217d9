import type { Fleet } from '@millwright/shared/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Answer } from '../parts/answer.tsx';
import { Moment } from '../parts/moment.tsx';
import { Section } from '../parts/section.tsx';
import { numberInWords } from '../words/size.ts';
import classes from './figures.module.css';

/** How much there is of everything. */
export function CountsSection({ fleet }: { fleet: UseQueryResult<Fleet> }) {
  return (
    <Section title="Right now">
      <Answer query={fleet}>
        {({ endpoints, alerts, tickets, catalogue }) => (
          <dl className={classes.figures}>
            <Count name="Endpoints online" n={endpoints.online} to="/endpoints?status=online" />
            <Count name="Endpoints offline" n={endpoints.offline} to="/endpoints?status=offline" />
            <Count name="Critical alerts" n={alerts.critical} to="/alerts?severity=critical" />
            <Count name="Warnings" n={alerts.warning} to="/alerts?severity=warning" />
            <Count name="Tickets that Millwright works on" n={tickets.open} to="/tickets?state=open" />
            <Count name="Signed runbooks" n={catalogue.runbooks} to="/runbooks" />
            {catalogue.expiresAt !== null && (
              <div>
                <dt>Catalogue valid until</dt>
                <dd>
                  <Moment at={catalogue.expiresAt} />
                </dd>
              </div>
            )}
          </dl>
        )}
      </Answer>
    </Section>
  );
}

function Count({ name, n, to }: { name: string; n: number; to: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Link to={to} aria-label={`${name}: ${numberInWords(n)}`}>
          {numberInWords(n)}
        </Link>
      </dd>
    </div>
  );
}
