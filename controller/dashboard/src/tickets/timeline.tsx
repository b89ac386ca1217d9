import { Text } from '@mantine/core';
import type { TimelineEntry } from '@millwright/shared/api';
import {
  IconArrowBackUp,
  IconBell,
  IconBulb,
  IconCamera,
  IconCertificate,
  IconCheck,
  IconMessageCircle,
  IconPlayerPlay,
  IconShieldCheck,
  IconTicket,
  IconUserExclamation,
  type TablerIcon,
} from '@tabler/icons-react';
import { Nothing } from '../parts/nothing.tsx';
import { Output } from '../parts/output.tsx';
import { durationInWords } from '../words/duration.ts';
import { instantInWords, timeOfDay } from '../words/instant.ts';
import classes from './timeline.module.css';

const icons: Readonly<Record<TimelineEntry['kind'], TablerIcon>> = {
  opened: IconTicket,
  alert: IconBell,
  evidence: IconCamera,
  decision: IconBulb,
  warrant: IconCertificate,
  run: IconPlayerPlay,
  verified: IconShieldCheck,
  escalated: IconUserExclamation,
  comment: IconMessageCircle,
  closed: IconCheck,
  reopened: IconArrowBackUp,
};

/** A ticket's story, in order, with the time between its lines. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  if (entries.length === 0) return <Nothing icon={IconTicket}>Nothing has happened yet.</Nothing>;
  return (
    <ol className={classes.timeline}>
      {entries.map((entry, index) => (
        <Entry key={entry.id} entry={entry} before={entries[index - 1]?.at} />
      ))}
    </ol>
  );
}

function Entry({ entry, before }: { entry: TimelineEntry; before: number | undefined }) {
  const Icon = icons[entry.kind];
  const facts = Object.keys(entry.detail).length > 0;
  const since = before === undefined ? 0 : entry.at - before;
  return (
    <li className={classes.entry} data-kind={entry.kind}>
      <span className={classes.icon}>
        <Icon size={16} stroke={1.8} aria-hidden />
      </span>
      <div className={classes.body}>
        <div className={classes.when}>
          <span>{entry.actor === 'millwright' ? 'Millwright' : entry.actor}</span>
          <time dateTime={new Date(entry.at).toISOString()} title={instantInWords(entry.at)}>
            {timeOfDay(entry.at)}
          </time>
          {since > 0 && <span>{durationInWords(since)} later</span>}
        </div>
        <Text className={classes.text}>{entry.text}</Text>
        {facts && (
          <details className={classes.facts}>
            <summary>The facts behind it</summary>
            <Output label={`Facts behind: ${entry.text}`}>{JSON.stringify(entry.detail, null, 2)}</Output>
          </details>
        )}
      </div>
    </li>
  );
}
