import type { ReactNode } from 'react';
import { Link } from 'react-router';
import classes from './row.module.css';

/** A list of rows. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  readonly lead?: ReactNode;
  readonly title: string;
  /** Where the row leads: all of it can be clicked. */
  readonly to?: string | undefined;
  readonly meta?: ReactNode;
  readonly side?: ReactNode;
  readonly children?: ReactNode;
}

/** One thing in a list: a sign, its name, what there is to know, and what can be done. */
export function Row({ lead, title, to, meta, side, children }: RowProps) {
  return (
    <li className={classes.row}>
      {lead !== undefined && <div className={classes.lead}>{lead}</div>}
      <div className={classes.main}>
        {to === undefined ? (
          <span className={classes.title}>{title}</span>
        ) : (
          <Link to={to} className={classes.title}>
            {title}
          </Link>
        )}
        {children !== undefined && <div className={classes.text}>{children}</div>}
        {meta !== undefined && <div className={classes.meta}>{meta}</div>}
      </div>
      {side !== undefined && <div className={classes.side}>{side}</div>}
    </li>
  );
}
