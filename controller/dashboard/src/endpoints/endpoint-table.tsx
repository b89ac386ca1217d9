import { Table } from '@mantine/core';
import type { EndpointSummary } from '@millwright/shared/api';
import { Link } from 'react-router';
import { Ago } from '../parts/moment.tsx';
import { Status } from '../parts/status.tsx';
import { endpointTones } from '../parts/tones.ts';
import { endpointStatusNames, platformNames } from '../words/names.ts';
import { counted } from '../words/size.ts';
import classes from './endpoint-table.module.css';

/** Endpoints, in the order in which the API gives them: the ones that are not well first. */
export function EndpointTable({ endpoints, most }: { endpoints: readonly EndpointSummary[]; most?: number }) {
  return (
    <Table.ScrollContainer
      minWidth={0}
      scrollAreaProps={{ viewportProps: { tabIndex: 0, role: 'region', 'aria-label': 'Endpoints' } }}
    >
      <Table className={classes.table ?? ''} verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Endpoint</Table.Th>
            <Table.Th>Status</Table.Th>
            <Table.Th>Alerts</Table.Th>
            <Table.Th data-wide>Client and site</Table.Th>
            <Table.Th data-wide>System</Table.Th>
            <Table.Th data-wide>Last seen</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {endpoints.slice(0, most).map((endpoint) => (
            <Table.Tr key={endpoint.id}>
              <Table.Td>
                <Link to={`/endpoints/${endpoint.id}`} className={classes.name}>
                  {endpoint.hostname}
                </Link>
                <div className={classes.narrow}>{endpoint.client.name}</div>
              </Table.Td>
              <Table.Td data-whole>
                <Status tone={endpointTones[endpoint.status]}>{endpointStatusNames[endpoint.status]}</Status>
              </Table.Td>
              <Table.Td data-whole>
                {endpoint.worst === null ? (
                  'None'
                ) : (
                  <Status tone={endpoint.worst}>{counted(endpoint.openAlerts, 'alert')}</Status>
                )}
              </Table.Td>
              <Table.Td data-wide>
                {endpoint.client.name} / {endpoint.site.name}
              </Table.Td>
              <Table.Td data-wide data-whole>
                {platformNames[endpoint.platform]} {endpoint.arch}
              </Table.Td>
              <Table.Td data-wide data-whole>
                {endpoint.lastSeenAt === null ? 'Never' : <Ago at={endpoint.lastSeenAt} />}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
