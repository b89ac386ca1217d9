import { Text } from '@mantine/core';
import { useClients, useRunbooks } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Facts } from '../parts/facts.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { RunbookCard } from './runbook-card.tsx';

/** Every signed runbook, and how far each is trusted for whom. */
export function RunbooksPage() {
  const runbooks = useRunbooks();
  const clients = useClients();
  return (
    <Page
      title="Runbooks"
      below={<span>Every fix that Millwright knows, and how far you trust it with each client.</span>}
    >
      <Section title="How far">
        <Facts
          facts={[
            ['Off', 'Never chosen.'],
            ['Shadow', 'Chosen, written down, and not run: you see what it would have done.'],
            ['Suggest', 'Asks a person each time.'],
            [
              'Autonomous',
              'Runs alone. Falls back by itself when its fixes stop holding. Never for class L2.',
            ],
          ]}
        />
      </Section>
      <Answer query={runbooks} lines={8}>
        {(all) =>
          all.length === 0 ? (
            <Section title="Catalogue">
              <Nothing>No runbook is signed yet. Publish a catalogue with the offline keys.</Nothing>
            </Section>
          ) : (
            all.map((runbook) => (
              <RunbookCard key={runbook.id} runbook={runbook} clients={clients.data ?? []} />
            ))
          )
        }
      </Answer>
      {clients.isError && (
        <Text size="sm" c="var(--mw-warning)" role="status">
          The clients&rsquo; names could not be fetched: {clients.error.message}
        </Text>
      )}
    </Page>
  );
}
