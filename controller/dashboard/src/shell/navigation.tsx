import type { Fleet } from '@millwright/shared/api';
import {
  IconBell,
  IconBook2,
  IconChecklist,
  IconHandStop,
  IconLayoutDashboard,
  IconServer2,
  IconTicket,
  type TablerIcon,
} from '@tabler/icons-react';
import { NavLink } from 'react-router';
import { counted } from '../words/size.ts';
import classes from './navigation.module.css';

interface Place {
  readonly to: string;
  readonly name: string;
  readonly icon: TablerIcon;
  /** How many things wait there for a person, and what they are called. */
  readonly waiting?: (fleet: Fleet) => readonly [n: number, words: string];
}

const places: readonly Place[] = [
  { to: '/', name: 'Fleet', icon: IconLayoutDashboard },
  {
    to: '/approvals',
    name: 'Approvals',
    icon: IconChecklist,
    waiting: ({ tickets }) => [tickets.waiting, `${counted(tickets.waiting, 'fix', 'fixes')} waiting`],
  },
  {
    to: '/tickets',
    name: 'Tickets',
    icon: IconTicket,
    waiting: ({ tickets }) => [tickets.escalated, `${tickets.escalated} for a person`],
  },
  {
    to: '/alerts',
    name: 'Alerts',
    icon: IconBell,
    waiting: ({ alerts }) => [
      alerts.critical + alerts.warning,
      `${alerts.critical + alerts.warning} unresolved`,
    ],
  },
  { to: '/endpoints', name: 'Endpoints', icon: IconServer2 },
  { to: '/runbooks', name: 'Runbooks', icon: IconBook2 },
];

interface NavigationProps {
  readonly fleet: Fleet | undefined;
  readonly onLeave: () => void;
  readonly onKillSwitch: (() => void) | undefined;
}

/** Where one can go, and what waits there. */
export function Navigation({ fleet, onLeave, onKillSwitch }: NavigationProps) {
  return (
    <div className={classes.navigation}>
      <ul className={classes.places}>
        {places.map(({ to, name, icon: Icon, waiting }) => {
          const [n, words] = fleet === undefined || waiting === undefined ? [0, ''] : waiting(fleet);
          return (
            <li key={to}>
              <NavLink to={to} end={to === '/'} className={classes.place ?? ''} onClick={onLeave}>
                <Icon size={19} stroke={1.7} aria-hidden />
                <span className={classes.name}>{name}</span>
                {n > 0 && (
                  <span className={classes.count} title={words} role="img" aria-label={words}>
                    {n}
                  </span>
                )}
              </NavLink>
            </li>
          );
        })}
      </ul>
      {onKillSwitch !== undefined && (
        <button type="button" className={classes.place} onClick={onKillSwitch}>
          <IconHandStop size={19} stroke={1.7} aria-hidden />
          <span className={classes.name}>Kill switch…</span>
        </button>
      )}
    </div>
  );
}
