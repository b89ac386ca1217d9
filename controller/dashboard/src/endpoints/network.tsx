import { IconCircleDashed } from '@tabler/icons-react';
import { Facts } from '../parts/facts.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Section } from '../parts/section.tsx';
import { Status } from '../parts/status.tsx';
import { durationInWords } from '../words/duration.ts';
import { numberInWords } from '../words/size.ts';
import { type Reading, readingsOf } from './readings.ts';
import classes from './running.module.css';

const probeNames = { gateway: 'gateway', dns: 'name resolution', tcp: 'TCP', http: 'HTTP' } as const;

/** The link to the controller, and what the endpoint can reach. */
export function NetworkSection({ readings }: { readings: readonly Reading[] }) {
  const [link] = readingsOf(readings, 'link');
  const probes = readingsOf(readings, 'probe').sort(
    (one, other) => Number(one.ok) - Number(other.ok) || one.name.localeCompare(other.name),
  );
  return (
    <Section title="Link and probes">
      {link === undefined && probes.length === 0 && (
        <Nothing icon={IconCircleDashed}>No reading yet.</Nothing>
      )}
      {link !== undefined && (
        <Facts
          facts={[
            [
              'Round trip',
              link.roundTripMs === null
                ? 'not measured'
                : `${numberInWords(Math.round(link.roundTripMs))} ms`,
            ],
            ['Lost', `${numberInWords(Math.round(link.lossPercent))}%`],
          ]}
        />
      )}
      <ul className={classes.list}>
        {probes.map((probe) => (
          <li key={probe.name} className={classes.item}>
            <span className={classes.name}>
              {probe.name}
              <span className={classes.words}>
                {[probeNames[probe.probe], probe.ms === null ? '' : durationInWords(probe.ms), probe.detail]
                  .filter((part) => part !== '')
                  .join(', ')}
              </span>
            </span>
            <Status tone={probe.ok ? 'ok' : 'critical'}>{probe.ok ? 'Answers' : 'Fails'}</Status>
          </li>
        ))}
      </ul>
    </Section>
  );
}
