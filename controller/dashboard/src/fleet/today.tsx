import { Text } from '@mantine/core';
import type { Fleet } from '@millwright/shared/api';
import type { UseQueryResult } from '@tanstack/react-query';
import { Answer } from '../parts/answer.tsx';
import { Section } from '../parts/section.tsx';
import { durationInWords } from '../words/duration.ts';
import { numberInWords, percentOf } from '../words/size.ts';
import classes from './figures.module.css';

/** What Millwright did by itself in the last 24 hours, and how fast. */
export function TodaySection({ fleet }: { fleet: UseQueryResult<Fleet> }) {
  return (
    <Section title="Last 24 hours">
      <Answer query={fleet}>{({ today }) => <Today today={today} />}</Answer>
    </Section>
  );
}

function Today({ today }: { today: Fleet['today'] }) {
  if (today.faults + today.fixedAlone + today.byPeople === 0) {
    return (
      <Text size="sm" c="dimmed">
        No fault was seen.
      </Text>
    );
  }
  const rest = Math.max(0, today.faults - today.fixedAlone - today.byPeople);
  // A fault of yesterday may be fixed today.
  const whole = today.fixedAlone + today.byPeople + rest;
  return (
    <>
      <p className={classes.big}>
        <strong>{numberInWords(today.fixedAlone)}</strong> fixed by Millwright alone
      </p>
      <div className={classes.bar} aria-hidden="true">
        <span style={{ width: `${percentOf(today.fixedAlone, whole)}%` }} data-part="alone" />
        <span style={{ width: `${percentOf(today.byPeople, whole)}%` }} data-part="people" />
      </div>
      <dl className={classes.figures}>
        <div>
          <dt>Faults seen</dt>
          <dd>{numberInWords(today.faults)}</dd>
        </div>
        <div>
          <dt>Half of all fixes within</dt>
          <dd>{today.medianFixMs === null ? 'none yet' : durationInWords(today.medianFixMs)}</dd>
        </div>
        <div>
          <dt>
            <span className={classes.key} data-part="people" aria-hidden="true" />
            With people
          </dt>
          <dd>{numberInWords(today.byPeople)}</dd>
        </div>
        <div>
          <dt>
            <span className={classes.key} data-part="rest" aria-hidden="true" />
            Not fixed yet
          </dt>
          <dd>{numberInWords(rest)}</dd>
        </div>
      </dl>
    </>
  );
}
