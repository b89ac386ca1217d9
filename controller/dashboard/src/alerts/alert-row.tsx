import { Button, Text } from '@mantine/core';
import type { Alert } from '@millwright/shared/api';
import { Link } from 'react-router';
import { useAcknowledge } from '../api/changes.ts';
import { Ago } from '../parts/moment.tsx';
import { Row } from '../parts/row.tsx';
import { Sign } from '../parts/status.tsx';
import { alertTone } from '../parts/tones.ts';
import { mayAct, useMe } from '../session/me.ts';
import { durationInWords } from '../words/duration.ts';
import { alertStateNames, severityNames, suppressedNames } from '../words/names.ts';

interface AlertRowProps {
  readonly alert: Alert;
  /** On the endpoint's own page its name need not stand in every row. */
  readonly onItsEndpoint?: boolean;
}

/** One alert: what is wrong, where, since when, and what became of it. */
export function AlertRow({ alert, onItsEndpoint = false }: AlertRowProps) {
  const to =
    alert.ticket !== null
      ? `/tickets/${alert.ticket}`
      : alert.endpoint === null
        ? undefined
        : `/endpoints/${alert.endpoint.id}`;
  return (
    <Row
      lead={<Sign tone={alertTone(alert)} label={severityNames[alert.severity]} />}
      title={`${alert.title}: ${alert.subject}`}
      to={to}
      meta={
        <>
          {!onItsEndpoint && alert.endpoint !== null && (
            <Link to={`/endpoints/${alert.endpoint.id}`}>{alert.endpoint.hostname}</Link>
          )}
          {!onItsEndpoint && (
            <span>
              {alert.client.name} / {alert.site.name}
            </span>
          )}
          <span>
            raised <Ago at={alert.raisedAt} />
          </span>
          {alert.occurrences > 1 && <span>{alert.occurrences} times</span>}
          {alert.suppressed !== null && <span>Not acted on: {suppressedNames[alert.suppressed]}</span>}
          {alert.ticket !== null && <span>ticket #{alert.ticket}</span>}
        </>
      }
      side={<AlertState alert={alert} />}
    >
      {alert.description}
    </Row>
  );
}

function AlertState({ alert }: { alert: Alert }) {
  const me = useMe();
  const acknowledge = useAcknowledge();
  if (alert.state === 'resolved') {
    return (
      <Text size="sm" c="dimmed">
        {alert.resolvedAt === null
          ? 'Resolved'
          : `Resolved after ${durationInWords(alert.resolvedAt - alert.raisedAt)}`}
      </Text>
    );
  }
  if (alert.state === 'acknowledged') {
    return (
      <Text size="sm" c="dimmed">
        {alert.acknowledgedBy === null
          ? alertStateNames.acknowledged
          : `Acknowledged by ${alert.acknowledgedBy}`}
      </Text>
    );
  }
  if (!mayAct(me)) return <Text size="sm">{alertStateNames.open}</Text>;
  return (
    <>
      {acknowledge.isError && (
        <Text size="sm" c="var(--mw-critical)" role="alert">
          {acknowledge.error.message}
        </Text>
      )}
      <Button
        size="compact-sm"
        variant="default"
        loading={acknowledge.isPending}
        aria-label={`Acknowledge ${alert.title}: ${alert.subject}`}
        onClick={() => acknowledge.mutate(alert.id)}
      >
        Acknowledge
      </Button>
    </>
  );
}
