import type { EndpointDetail } from '@millwright/shared/api';
import { IconCircleDashed } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { Facts } from '../parts/facts.tsx';
import { Gauge } from '../parts/gauge.tsx';
import { Ago, Moment } from '../parts/moment.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Section } from '../parts/section.tsx';
import { durationInWords } from '../words/duration.ts';
import { counted, numberInWords, percentOf, sizeInWords } from '../words/size.ts';
import { readingsOf } from './readings.ts';

/** The host as a whole. */
export function HostSection({ endpoint }: { endpoint: EndpointDetail }) {
  const [host] = readingsOf(endpoint.readings, 'host');
  if (host === undefined) {
    return (
      <Section title="Host">
        <Nothing icon={IconCircleDashed}>No reading yet.</Nothing>
      </Section>
    );
  }
  const usedBytes = host.memoryTotalBytes - host.memoryAvailableBytes;
  const facts: (readonly [string, ReactNode])[] = [['Up for', durationInWords(host.uptimeSeconds * 1000)]];
  if (endpoint.bootAt !== null) facts.push(['Started', <Moment key="boot" at={endpoint.bootAt} />]);
  // Windows has no load average; the agent says 0 there.
  if (endpoint.platform !== 'win32')
    facts.push(['Load', `${numberInWords(host.load1)} on ${counted(host.cores, 'core')}`]);
  else facts.push(['Cores', numberInWords(host.cores)]);
  facts.push(['Read', <Ago key="read" at={host.at} />]);
  return (
    <Section title="Host">
      <Gauge
        name="Memory"
        percent={percentOf(usedBytes, host.memoryTotalBytes)}
        words={`${sizeInWords(host.memoryAvailableBytes)} left of ${sizeInWords(host.memoryTotalBytes)}`}
      />
      <Facts facts={facts} />
    </Section>
  );
}
