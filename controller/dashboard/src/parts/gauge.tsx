import { numberInWords } from '../words/size.ts';
import classes from './gauge.module.css';

interface GaugeProps {
  readonly name: string;
  /** From 0 to 100. */
  readonly percent: number;
  readonly words: string;
  /** Set while an alert stands about it. */
  readonly tone?: 'critical' | 'warning' | undefined;
  /** More about it, in one line. */
  readonly note?: string | undefined;
}

/** How much of something is used, in words, and as a bar for the eye. */
export function Gauge({ name, percent, words, tone, note }: GaugeProps) {
  const rounded = Math.round(percent);
  return (
    <div className={classes.gauge} data-tone={tone}>
      <div className={classes.words}>
        <span className={classes.name}>{name}</span>
        <span>
          {words}, <strong>{numberInWords(rounded)}%</strong>
        </span>
      </div>
      <div className={classes.bar} aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </div>
      {note !== undefined && <div className={classes.note}>{note}</div>}
    </div>
  );
}
