import { Text } from '@mantine/core';
import { Link } from 'react-router';
import { useEndpoints } from '../api/queries.ts';
import { EndpointTable } from '../endpoints/endpoint-table.tsx';
import { Answer } from '../parts/answer.tsx';
import { Nothing } from '../parts/nothing.tsx';
import { Section } from '../parts/section.tsx';

const MOST_SHOWN = 10;

/** Endpoints that are offline or have an alert. */
export function UnwellSection() {
  const endpoints = useEndpoints({});
  return (
    <Section title="Endpoints that are not well" aside={<Link to="/endpoints">All endpoints</Link>}>
      <Answer query={endpoints}>
        {(all) => {
          const unwell = all.filter(({ worst, status }) => worst !== null || status === 'offline');
          if (all.length === 0) return <Text size="sm">No endpoint has enrolled yet.</Text>;
          if (unwell.length === 0) return <Nothing>All are well.</Nothing>;
          return <EndpointTable endpoints={unwell} most={MOST_SHOWN} />;
        }}
      </Answer>
    </Section>
  );
}
