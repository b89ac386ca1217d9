import { Group, NativeSelect, TextInput } from '@mantine/core';
import { IconSearch, IconServer2 } from '@tabler/icons-react';
import { MOST_ROWS, useEndpoints } from '../api/queries.ts';
import { Answer } from '../parts/answer.tsx';
import { Choice, oneOf, useFilter } from '../parts/filter.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Page } from '../parts/page.tsx';
import { Section } from '../parts/section.tsx';
import { clientsOf } from '../runbooks/clients.ts';
import { endpointStatusNames } from '../words/names.ts';
import { counted } from '../words/size.ts';
import { EndpointTable } from './endpoint-table.tsx';

const statuses = [
  ['all', 'All'],
  ['online', endpointStatusNames.online],
  ['offline', endpointStatusNames.offline],
  ['waiting', 'Waiting'],
  ['revoked', endpointStatusNames.revoked],
] as const;

/** Every endpoint, by its status, its client and its name. */
export function EndpointsPage() {
  const [statusWord, setStatus] = useFilter('status');
  const [client, setClient] = useFilter('client');
  const [words, setWords] = useFilter('words');
  const status = oneOf(statuses, statusWord, 'all');
  const everything = useEndpoints({});
  const endpoints = useEndpoints({
    status: status === 'all' ? undefined : status,
    client: client === '' ? undefined : client,
  });
  const wanted = words.toLowerCase();

  return (
    <Page title="Endpoints">
      <Group gap="sm">
        <Choice
          label="Status"
          value={status}
          choices={statuses}
          onChange={(value) => setStatus(value === 'all' ? '' : value)}
        />
        <NativeSelect
          size="xs"
          aria-label="Client"
          value={client}
          data={[
            { value: '', label: 'Every client' },
            ...clientsOf(everything.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          onChange={(event) => setClient(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          aria-label="Find endpoints by a word"
          placeholder="A word in its name or site"
          leftSection={<IconSearch size={15} aria-hidden />}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
        />
      </Group>
      <Answer query={endpoints} lines={8}>
        {(all) => {
          const shown = all.filter(({ hostname, client: { name }, site }) =>
            [hostname, name, site.name].some((text) => text.toLowerCase().includes(wanted)),
          );
          const narrowed = status !== 'all' || client !== '' || words !== '';
          return (
            <Section
              title={
                all.length === MOST_ROWS
                  ? `The first ${counted(shown.length, 'endpoint')}`
                  : counted(shown.length, 'endpoint')
              }
            >
              {shown.length === 0 ? (
                <Nothing icon={IconServer2}>
                  {narrowed ? 'No endpoint fits.' : 'No endpoint has enrolled yet.'}
                </Nothing>
              ) : (
                <EndpointTable endpoints={shown} />
              )}
            </Section>
          );
        }}
      </Answer>
    </Page>
  );
}
