import { Code, Text } from '@mantine/core';
import type { Decision } from '@millwright/shared/api';
import type { ReactNode } from 'react';
import { Facts } from '../parts/facts.tsx';
import { Moment } from '../parts/moment.tsx';
import { Section } from '../parts/section.tsx';
import { Parameters } from '../runbooks/parameters.tsx';
import { durationInWords } from '../words/duration.ts';
import { chooserNames } from '../words/names.ts';

/** What was chosen, out of what, by whom, and why. */
export function DecisionSection({ decision, title }: { decision: Decision; title: string }) {
  const others = decision.candidates.filter((candidate) => candidate !== decision.runbook);
  const facts: (readonly [string, ReactNode])[] = [
    [
      'Chosen by',
      decision.model === null
        ? chooserNames[decision.chooser]
        : `${chooserNames[decision.chooser]} (${decision.model})`,
    ],
  ];
  if (decision.fellBackFrom !== null)
    facts.push(['Asked first', `${decision.fellBackFrom}, which could not answer`]);
  facts.push([
    'Runbook',
    decision.runbook === null ? 'none: it abstained' : <Code key="runbook">{decision.runbook}</Code>,
  ]);
  if (Object.keys(decision.parameters).length > 0)
    facts.push(['With', <Parameters key="with" parameters={decision.parameters} />]);
  facts.push(['Also possible', others.length === 0 ? 'nothing else' : others.join(', ')]);
  facts.push(['Decided', <Moment key="at" at={decision.at} />]);
  facts.push(['Took', durationInWords(decision.ms)]);
  return (
    <Section title={title}>
      <Text size="sm" mb="xs">
        {decision.reason}
      </Text>
      <Facts facts={facts} />
    </Section>
  );
}
