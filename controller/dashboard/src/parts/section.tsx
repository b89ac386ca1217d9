import { Paper, Title } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './section.module.css';

interface SectionProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Beside the title, at the far end. */
  readonly aside?: ReactNode;
  /** Its name among the page's parts, where the title alone is not unique. */
  readonly label?: string;
  readonly tone?: 'critical' | 'warning' | 'ok' | 'waiting';
}

/** A titled part of a page. */
export function Section({ title, children, aside, label, tone }: SectionProps) {
  const id = useId();
  return (
    <Paper
      component="section"
      className={classes.section}
      {...(label === undefined ? { 'aria-labelledby': id } : { 'aria-label': label })}
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
