import type { ReactNode } from 'react';
import classes from './columns.module.css';

/** Two columns where there is room: the story, and what stands beside it. */
export function Columns({ children, beside }: { children: ReactNode; beside: ReactNode }) {
  return (
    <div className={classes.columns}>
      <div className={classes.column}>{children}</div>
      <div className={classes.column}>{beside}</div>
    </div>
  );
}
