import { existsSync } from 'node:fs';
import { formatBytes, formatDuration } from '@millwright/shared/units';
import { version } from './build.ts';
import type { Configuration } from './config/index.ts';
import { isEnrolled, readIdentity } from './enrolment/index.ts';
import { openState, RESERVE_BYTES, type Room, roomOf, statePath } from './state/index.ts';
import { verifyAudit } from './warrants/index.ts';

/** With less than this of its own, the agent may not be able to journal a warrant. */
const EXHAUSTED_BYTES = 65_536;

/** What an agent knows of itself, as text or as JSON. */
export function statusOf({ stateDir }: Configuration, json: boolean): string {
  const status = gather(stateDir);
  if (json) return JSON.stringify(status, null, 2);
  if (!status.enrolled)
    return `Millwright agent ${version}: not enrolled. Run \`millwright-agent enrol --bundle FILE\`.`;
  const lines = [
    `Millwright agent ${version}`,
    `Endpoint    ${status.endpoint} of ${status.client}, site ${status.site}`,
    `Controller  ${status.controller}`,
  ];
  if (status.state !== null) {
    const { waitingEvents, runs, lastRunMsAgo, audit, room } = status.state;
    lines.push(
      `Events      ${waitingEvents === 0 ? 'all delivered' : `${waitingEvents} wait for the controller`}`,
      `Runs        ${runs}${lastRunMsAgo === null ? '' : `, the last ${formatDuration(lastRunMsAgo)} ago`}`,
      `Own log     ${audit}`,
      `Own room    ${wordsOf(room)}`,
    );
  }
  return lines.join('\n');
}

function gather(stateDir: string) {
  if (!isEnrolled(stateDir)) return { version, enrolled: false as const };
  const { endpoint, client, site, controller, thumbprint } = readIdentity(stateDir);
  const state = existsSync(statePath(stateDir)) ? readState(stateDir) : null;
  return { version, enrolled: true as const, endpoint, client, site, controller, thumbprint, state };
}

function readState(stateDir: string) {
  const db = openState(statePath(stateDir));
  try {
    const one = (sql: string): number => Number(Object.values(db.prepare(sql).get() ?? {})[0] ?? 0);
    const lastRun = one('SELECT max(received_at) FROM warrants');
    const audit = verifyAudit(db);
    return {
      waitingEvents: one('SELECT count(*) FROM outbox'),
      runs: one('SELECT count(*) FROM warrants'),
      lastRunMsAgo: lastRun === 0 ? null : Math.max(0, Date.now() - lastRun),
      audit:
        audit.brokenAt === null
          ? `intact, ${audit.entries} entries${audit.pruned === 0 ? '' : `, after ${audit.pruned} that were pruned for their age`}`
          : `damaged at entry ${audit.brokenAt}`,
      room: roomOf(db),
    };
  } finally {
    db.close();
  }
}

/** What the agent keeps for itself, for when its disk is full. */
function wordsOf({ reserveBytes, diskBytes }: Room): string {
  const kept = formatBytes(reserveBytes);
  if (diskBytes >= RESERVE_BYTES) return `${kept} kept for a full disk`;
  return reserveBytes < EXHAUSTED_BYTES
    ? 'the disk is full, and what was kept for that is used up: free some space'
    : `the disk is full; the agent works on ${kept} that it has kept: free some space`;
}
