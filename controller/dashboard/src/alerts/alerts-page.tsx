import { Group, TextInput } from '@mantine/core';
import type { Alert } from '@millwright/shared/api';
import { IconSearch } from '@tabler/icons-react';
import { MOST_ROWS, useAlerts } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Choice, oneOf, useFilter } from '../parts/filter.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Page } from '../parts/page.tsx';
import { Rows } from '../parts/row.tsx';
import { Section } from '../parts/section.tsx';
import { alertStateNames, severityNames } from '../words/names.ts';
import { counted } from '../words/size.ts';
import { AlertRow } from './alert-row.tsx';

const states = [
  ['open', alertStateNames.open],
  ['acknowledged', alertStateNames.acknowledged],
  ['resolved', alertStateNames.resolved],
  ['all', 'All'],
] as const;

const severities = [
  ['', 'Any severity'],
  ['critical', severityNames.critical],
  ['warning', severityNames.warning],
] as const;

type State = (typeof states)[number][0];
type SeverityChoice = (typeof severities)[number][0];

function mentions(alert: Alert, words: string): boolean {
  return [
    alert.title,
    alert.subject,
    alert.description,
    alert.endpoint?.hostname,
    alert.client.name,
    alert.site.name,
  ].some((text) => text?.toLowerCase().includes(words.toLowerCase()) ?? false);
}

/** Every alert, by its state, its severity and its words. */
export function AlertsPage() {
  const [stateWord, setState] = useFilter('state');
  const [severityWord, setSeverity] = useFilter('severity');
  const [words, setWords] = useFilter('words');
  const state: State = oneOf(states, stateWord, 'open');
  const severity: SeverityChoice = oneOf(severities, severityWord, '');
  const alerts = useAlerts({ state: state === 'all' ? undefined : state });

  return (
    <Page title="Alerts">
      <Group gap="sm">
        <Choice
          label="State"
          value={state}
          choices={states}
          onChange={(value) => setState(value === 'open' ? '' : value)}
        />
        <Choice label="Severity" value={severity} choices={severities} onChange={setSeverity} />
        <TextInput
          size="xs"
          aria-label="Find alerts by a word"
          placeholder="A word in it"
          leftSection={<IconSearch size={15} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      <Answer query={alerts} lines={8}>
        {(all) => {
          const shown = all.filter(
            (alert) =>
              (severity === '' || alert.severity === severity) && (words === '' || mentions(alert, words)),
          );
          const narrowed = severity !== '' || words !== '';
          return (
            <Section
              title={
                all.length === MOST_ROWS
                  ? `The latest ${counted(shown.length, 'alert')}`
                  : counted(shown.length, 'alert')
              }
            >
              {shown.length === 0 ? (
                <Nothing>
                  {narrowed ? 'No alert fits.' : state === 'open' ? 'No alert is open.' : 'There is none.'}
                </Nothing>
              ) : (
                <Rows label="Alerts">
                  {shown.map((alert) => (
                    <AlertRow key={alert.id} alert={alert} />
                  ))}
                </Rows>
              )}
            </Section>
          );
        }}
      </Answer>
    </Page>
  );
}
