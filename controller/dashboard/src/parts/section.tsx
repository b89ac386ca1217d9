import { Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Beside the title, at the far end. */
  readonly aside?: ReactNode;
  readonly tone?: 'critical' | 'warning' | 'ok' | 'waiting';
}

/** A titled part of a page. */
export function Section({ title, children, aside, tone }: SectionProps) {
  const id = useId();
  return (
    <Paper
      component="section"
      className={classes.section}
      aria-labelledby={id}
      {...(tone === undefined ? {} : { 'data-tone': tone })}
    >
      <div className={classes.head}>
        <Title order={2} id={id}>
          {title}
        </Title>
        {aside}
      </div>
      {children}
    </Paper>
  );
}
