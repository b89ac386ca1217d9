import { Code } from '@mantine/core';
import type { EndpointDetail } from '@millwright/shared/api';
import type { ReactNode } from 'react';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';
import { Section } from '../parts/section.tsx';
import { sizeInWords } from '../words/size.ts';
import { readingsOf } from './readings.ts';

/** What the endpoint is: its hardware and system, its agent, and the key that it is known by. */
export function IdentitySection({ endpoint }: { endpoint: EndpointDetail }) {
  const [inventory] = readingsOf(endpoint.readings, 'inventory');
  const described: (readonly [string, string])[] =
    inventory === undefined
      ? []
      : [
          ['System', `${inventory.os} ${inventory.osVersion}`.trim()],
          ['Kernel', inventory.kernel],
          ['Model', `${inventory.manufacturer} ${inventory.model}`.trim()],
          ['Serial number', inventory.serial],
          ['Processor', inventory.cpu],
          ['Memory', sizeInWords(inventory.memoryTotalBytes)],
        ];
  const facts: (readonly [string, ReactNode])[] = [
    ...described.filter(([, value]) => value !== ''),
    ['Agent', endpoint.agentVersion],
    ['Enrolled', <Moment key="enrolled" at={endpoint.enrolledAt} />],
    ['Key', <Code key="key">{endpoint.thumbprint}</Code>],
    ['Policy', `version ${endpoint.policy.version}`],
  ];
  return (
    <Section title="Inventory">
      <Facts facts={facts} />
    </Section>
  );
}
