import { Section } from '../parts/section.tsx';
import { Status } from '../parts/status.tsx';
import { type Reading, readingsOf } from './readings.ts';
import classes from './running.module.css';

/** Collectors that are slow or failing: what they read may be old. Nothing where all are well. */
export function CollectorsSection({ readings }: { readings: readonly Reading[] }) {
  const unwell = readingsOf(readings, 'collector').filter(({ state }) => state !== 'ok');
  if (unwell.length === 0) return null;
  return (
    <Section title="The agent cannot see everything" tone="warning">
      <ul className={classes.list}>
        {unwell.map((collector) => (
          <li key={collector.name} className={classes.item}>
            <span className={classes.name}>
              {collector.name}
              <span className={classes.words}>{collector.detail}</span>
            </span>
            <Status tone={collector.state === 'failing' ? 'critical' : 'warning'}>
              {collector.state === 'failing' ? 'Failing' : 'Slow'}
            </Status>
          </li>
        ))}
      </ul>
    </Section>
  );
}
