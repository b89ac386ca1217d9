import { NativeSelect } from '@mantine/core';
import { IconServer2 } from '@tabler/icons-react';
import { useClients, useEndpoints } from '../api/queries.ts';
import { Choice, oneOf, useFilter } from '../parts/filter.tsx';
import { ListPage, useSearch } from '../parts/list-page.tsx';
import { endpointStatusNames } from '../words/names.ts';
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
  const search = useSearch();
  const status = oneOf(statuses, statusWord, 'all');
  const clients = useClients();
  const endpoints = useEndpoints({
    status: status === 'all' ? undefined : status,
    client: client === '' ? undefined : client,
    words: search.words,
  });
  return (
    <ListPage
      title="Endpoints"
      noun="endpoint"
      search={search}
      placeholder="A word in its name or site"
      filters={
        <>
          <Choice
            label="Status"
            value={status}
            choices={statuses}
            onChange={(value) => setStatus(value === 'all' ? '' : value)}
          />
          <NativeSelect
            size="xs"
            maw="16rem"
            aria-label="Client"
            value={client}
            data={[
              { value: '', label: 'Every client' },
              ...(clients.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
            ]}
            onChange={(event) => setClient(event.currentTarget.value)}
          />
        </>
      }
      listing={endpoints}
      none="No endpoint has enrolled yet."
      narrowed={status !== 'all' || client !== ''}
      icon={IconServer2}
    >
      {(rows) => <EndpointTable endpoints={rows} />}
    </ListPage>
  );
}
