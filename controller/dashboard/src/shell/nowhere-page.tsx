import { Text } from '@mantine/core';
import { Link } from 'react-router';
import { Page } from '../parts/page.tsx';

/** An address that leads nowhere. */
export function NowherePage() {
  return (
    <Page title="There is nothing here">
      <Text>
        The address leads nowhere. <Link to="/">Go to the fleet.</Link>
      </Text>
    </Page>
  );
}
