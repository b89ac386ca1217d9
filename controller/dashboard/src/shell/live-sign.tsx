import type { LiveState } from '../api/live-feed.ts';
import classes from './live-sign.module.css';

const names: Readonly<Record<LiveState, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'Not live',
};

/** Whether the page changes by itself. */
export function LiveSign({ state }: { state: LiveState }) {
  return (
    <span className={classes.sign} data-state={state}>
      {names[state]}
    </span>
  );
}
