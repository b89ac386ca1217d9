import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@millwright/shared/clock';
import type { ServiceReading } from '@millwright/shared/readings';
import { z } from 'zod';
import type { Collector, Unread } from '../collector.ts';
import type { CommandRunner } from '../command.ts';
import { parseJson } from '../parse-json.ts';

/** Daemons that somebody installed; Apple's own, under /System, start and stop as the system likes. */
const daemonsFolder = '/Library/LaunchDaemons';

/** A line of `launchctl list`: number of the process or `-`, status of its last exit (negative: signal), label. */
export interface LaunchdJob {
  readonly label: string;
  readonly pid: number | null;
  readonly lastExit: number;
}

export function parseLaunchctlList(text: string): LaunchdJob[] {
  return text.split('\n').flatMap((line) => {
    const match = /^(-|\d+)\t(-?\d+)\t(\S.*)$/.exec(line);
    if (match === null) return [];
    const [, pid, status, label = ''] = match;
    return [{ label, pid: pid === '-' ? null : Number(pid), lastExit: Number(status) }];
  });
}

/** What counts in a daemon's property list: whether launchd is to keep it running without condition. */
export const LaunchdPlist = z.object({
  Label: z.string().min(1).max(512),
  KeepAlive: z.union([z.boolean(), z.record(z.string(), z.unknown())]).optional(),
  Disabled: z.boolean().optional(),
});
export type LaunchdPlist = z.infer<typeof LaunchdPlist>;

/**
 * The daemons that are meant to run for ever (`KeepAlive` is true), as launchd has them. One that was unloaded is missing in its
 * list, and so stopped; others start on demand, and whether they run says nothing.
 */
export function launchdReadings(
  plists: readonly LaunchdPlist[],
  jobs: readonly LaunchdJob[],
  at: number,
): ServiceReading[] {
  return plists.map((plist) => {
    const job = jobs.find(({ label }) => label === plist.Label);
    const running = job !== undefined && job.pid !== null;
    return {
      kind: 'service',
      at,
      name: plist.Label,
      manager: 'launchd',
      state: running ? 'running' : job !== undefined && job.lastExit !== 0 ? 'failed' : 'stopped',
      wanted: plist.KeepAlive === true && plist.Disabled !== true,
      detail: job === undefined ? 'not loaded' : running ? `process ${job.pid}` : `last exit ${job.lastExit}`,
    };
  });
}

/** launchd's daemons, listed at the interval. */
export function launchdServices(intervalMs: number, run: CommandRunner, clock: Clock): Collector {
  /** Read again only when it has changed: each costs the start of a program. */
  const known = new Map<string, { changed: number; plist: LaunchdPlist }>();
  const read = async (file: string): Promise<LaunchdPlist> => {
    const path = join(daemonsFolder, file);
    const changed = (await stat(path)).mtimeMs;
    const before = known.get(file);
    if (before?.changed === changed) return before.plist;
    // Property lists may be binary; plutil reads both forms.
    const json = await run('/usr/bin/plutil', ['-convert', 'json', '-o', '-', '--', path]);
    const plist = parseJson(LaunchdPlist, json, `plutil ${file}`);
    known.set(file, { changed, plist });
    return plist;
  };
  return {
    name: 'services',
    intervalMs,
    timeoutMs: 30_000,
    owns: (key) => key.startsWith('service:'),
    async collect() {
      const files = (await readdir(daemonsFolder)).filter((file) => file.endsWith('.plist'));
      const plists: LaunchdPlist[] = [];
      const unread: Unread[] = [];
      for (const file of files) {
        try {
          plists.push(await read(file));
        } catch (error) {
          // By convention a file bears its daemon's label.
          const reason = `${file}: ${error instanceof Error ? error.message : error}`;
          unread.push({ key: `service:${file.slice(0, -'.plist'.length)}`, reason });
        }
      }
      const jobs = parseLaunchctlList(await run('/bin/launchctl', ['list']));
      return { readings: launchdReadings(plists, jobs, clock.now()), unread };
    },
  };
}
