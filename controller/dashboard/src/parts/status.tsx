import {
  IconAlertOctagon,
  IconAlertTriangle,
  IconCircleCheck,
  IconCircleDashed,
  IconHourglass,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './status.module.css';
import type { Tone } from './tone.ts';

const icons: Readonly<Record<Tone, TablerIcon>> = {
  critical: IconAlertOctagon,
  warning: IconAlertTriangle,
  ok: IconCircleCheck,
  waiting: IconHourglass,
  quiet: IconCircleDashed,
};

/** A state in a word, with a sign and a colour that say the same. */
export function Status({
  tone,
  children,
  icon: Icon = icons[tone],
}: {
  tone: Tone;
  children: ReactNode;
  icon?: TablerIcon;
}) {
  return (
    <span className={classes.status} data-tone={tone}>
      <Icon size={16} stroke={2} aria-hidden />
      <span>{children}</span>
    </span>
  );
}

/** The sign alone, with the word for who cannot see it. */
export function Sign({
  tone,
  label,
  icon: Icon = icons[tone],
}: {
  tone: Tone;
  label: string;
  icon?: TablerIcon;
}) {
  return (
    <span className={classes.status} data-tone={tone}>
      <Icon size={20} stroke={1.8} role="img" aria-label={label} />
    </span>
  );
}
