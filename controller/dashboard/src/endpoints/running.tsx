import { Button } from '@mantine/core';
import { IconCircleDashed } from '@tabler/icons-react';
import { useState } from 'react';
import { Nothing } from '../parts/nothing.tsx';
import { Section } from '../parts/section.tsx';
import { Status } from '../parts/status.tsx';
import type { Tone } from '../parts/tone.ts';
import { numberInWords } from '../words/size.ts';
import { byNeed, isUnwell, type Reading, type ReadingOf, readingsOf } from './readings.ts';
import classes from './running.module.css';

const FEW = 10;

type Running = ReadingOf<'service'> | ReadingOf<'process'>;

const stateNames: Readonly<Record<Running['state'], string>> = {
  running: 'Running',
  stopped: 'Stopped',
  failed: 'Failed',
  transition: 'Changing',
};

function toneOf(reading: Running): Tone {
  if (isUnwell(reading)) return 'critical';
  if (reading.state === 'transition') return 'waiting';
  return reading.state === 'running' ? 'ok' : 'quiet';
}

function wordsFor(reading: Running): string {
  if (reading.kind === 'process')
    return reading.pid === null ? 'declared process' : `declared process, pid ${reading.pid}`;
  return [reading.wanted ? 'meant to run' : 'not meant to run', reading.detail]
    .filter((part) => part !== '')
    .join(', ');
}

/** Services and declared processes, the ones that are not well first. */
export function RunningSection({ readings }: { readings: readonly Reading[] }) {
  const [all, setAll] = useState(false);
  const running = [...readingsOf(readings, 'service'), ...readingsOf(readings, 'process')].sort(byNeed);
  const unwell = running.filter(isUnwell).length;
  const few = Math.max(FEW, unwell);
  const shown = all ? running : running.slice(0, few);
  return (
    <Section
      title="Services and processes"
      aside={unwell === 0 ? undefined : <Status tone="critical">{`${unwell} not well`}</Status>}
    >
      {running.length === 0 && <Nothing icon={IconCircleDashed}>No reading yet.</Nothing>}
      <ul className={classes.list}>
        {shown.map((reading) => (
          <li key={`${reading.kind} ${reading.name}`} className={classes.item}>
            <span className={classes.name}>
              {reading.name}
              <span className={classes.words}>{wordsFor(reading)}</span>
            </span>
            <Status tone={toneOf(reading)}>{stateNames[reading.state]}</Status>
          </li>
        ))}
      </ul>
      {running.length > few && (
        <Button variant="default" size="compact-sm" mt="sm" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${numberInWords(running.length)}`}
        </Button>
      )}
    </Section>
  );
}
