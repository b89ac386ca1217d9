import classes from './wordmark.module.css';

/** The name, with its wheel. */
export function Wordmark() {
  return (
    <span className={classes.wordmark}>
      <svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true">
        <rect width="32" height="32" rx="7" className={classes.ground} />
        <g className={classes.wheel}>
          <circle cx="16" cy="16" r="5" />
          <path d="M16 5v4M16 23v4M5 16h4M23 16h4M8.2 8.2l2.9 2.9M20.9 20.9l2.9 2.9M23.8 8.2l-2.9 2.9M11.1 20.9l-2.9 2.9" />
        </g>
      </svg>
      Millwright
    </span>
  );
}
