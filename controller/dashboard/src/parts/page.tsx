import { Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Over the title: where this page hangs. */
  readonly above?: ReactNode;
  /** Under the title, in one line. */
  readonly below?: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** A page: its title in the window and at the top, then its parts. */
export function Page({ title, above, below, aside, children }: PageProps) {
  useDocumentTitle(`${title} · Millwright`);
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <div className={classes.words}>
          {above !== undefined && (
            <Text size="sm" c="dimmed" component="div">
              {above}
            </Text>
          )}
          <Title order={1}>{title}</Title>
          {below !== undefined && <div className={classes.below}>{below}</div>}
        </div>
        {aside}
      </header>
      {children}
    </div>
  );
}
