import { mkdirSync, readFileSync } from 'node:fs';
import { arch, hostname, uptime } from 'node:os';
import type { Clock } from '@millwright/shared/clock';
import { defaultPolicy, type Policy } from '@millwright/shared/protocol';
import { Refusal } from '@millwright/shared/trust';
import { builtAt, version } from './build.ts';
import { Catalogue } from './catalogue/index.ts';
import { collectorsFor } from './collect/index.ts';
import { Watch } from './conditions/index.ts';
import type { Configuration } from './config/index.ts';
import { readIdentity, rootPath, thisPlatform, writeIdentity } from './enrolment/index.ts';
import { Link } from './link/index.ts';
import { Outbox } from './outbox/index.ts';
import { ProcessStepRunner } from './runner/index.ts';
import {
  diskProblemOf,
  keepReserve,
  lockInstance,
  lockPath,
  noteOwner,
  noteStart,
  noteStop,
  openState,
  remedies,
  stateCollector,
  statePath,
  transaction,
  untilWritten,
} from './state/index.ts';
import { auditHead, FloorClock, pruneRecords, WarrantDesk } from './warrants/index.ts';

export interface AgentOptions {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly log: (message: string, facts: Record<string, unknown>) => void;
  /** Windows' folder, as the service manager gives it. */
  readonly systemRoot?: string;
}

/** A running agent. */
export interface Agent {
  readonly endpoint: string;
  readonly connected: () => boolean;
  /** Ends in order; what is not acknowledged stays in the outbox. */
  stop(): void;
}

const hourMs = 3_600_000;
/** When a catalogue that the disk did not take is fetched again, in milliseconds. */
const keepAgainMs = 60_000;

/**
 * Starts the whole agent. A fault's way is: watch (collect, judge) → outbox → link; a warrant's is: link → warrant desk
 * (every check, journal, run) → outbox → link.
 * @throws ConfigurationError when this endpoint is not enrolled; AlreadyRunning
 */
export function startAgent({ configuration, clock: systemClock, log, systemRoot }: AgentOptions): Agent {
  const { stateDir } = configuration;
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  let identity = readIdentity(stateDir);
  const unlock = lockInstance(lockPath(stateDir));
  const db = openState(statePath(stateDir));
  const ended = new AbortController();
  /** The disk refused something that is tried again, or can be done without. Any other error is a programmer's and keeps its stack. */
  const refused = (what: string) => (error: unknown) => {
    const problem = diskProblemOf(error);
    if (problem === undefined) log(what, { error: error instanceof Error ? error.stack : String(error) });
    else log(`${what}; ${remedies[problem]}`, { code: problem, error: String(error) });
  };
  attempt(() => keepReserve(db), refused('no room could be kept for a full disk'));
  if (noteOwner(db, identity.thumbprint)) log('this endpoint was enrolled anew; it begins anew', {});
  const clock = new FloorClock(systemClock, db, builtAt);
  const platform = thisPlatform();
  const outbox = new Outbox(db, clock);
  let policy: Policy = defaultPolicy;

  const catalogue = new Catalogue({
    db,
    pinnedRoot: readFileSync(rootPath(stateDir), 'utf8'),
    fetchFile: (path) => link.fetchFile(path),
    clock,
  });
  const watch = new Watch({
    configuration,
    clock,
    db,
    sink: outbox,
    collectors: [
      ...collectorsFor(configuration, clock),
      stateCollector(db, (unwell) =>
        unwell === undefined
          ? log("there is room for the agent's state again", {})
          : log(unwell.message, { code: unwell.code }),
      ),
    ],
    onChanged: (readings, gone) => link.sendReadings(readings, gone),
    report: (problem) => log(problem.message, { code: problem.code }),
  });
  const desk = new WarrantDesk({
    clock,
    db,
    identity,
    localPolicy: configuration.policy,
    policy: () => policy,
    looked: (named) => watch.looked(named),
    facts: () => watch.facts(),
    catalogue,
    events: outbox,
    platform,
    runner: new ProcessStepRunner({ platform, ...(systemRoot === undefined ? {} : { systemRoot }) }),
  });
  // Before any new warrant: each waits for it.
  let startTold = false;
  const begun = untilWritten(
    () => {
      if (!startTold)
        transaction(db, () => outbox.append({ type: 'agent-started', version, previous: noteStart(db) }));
      startTold = true;
      desk.recover();
    },
    {
      signal: ended.signal,
      refused: refused('the start could not be journalled, so no warrant is taken yet'),
    },
  );
  // Each warrant that comes is told so; without a warrant nobody else would hear of it.
  begun.catch(refused('the start could not be journalled, so no warrant is taken'));

  const refresh = (): void => {
    catalogue.refresh().catch((error: unknown) => {
      log('the catalogue was not refreshed', { error: String(error) });
      if (error instanceof Refusal && error.code === 'catalogue-unkept')
        setTimeout(() => ended.signal.aborted || refresh(), keepAgainMs).unref();
    });
  };
  const link = new Link({
    identity: () => identity,
    host: () => ({
      agentVersion: version,
      hostname: hostname(),
      platform,
      arch: arch(),
      bootTime: Math.max(0, Math.round(systemClock.now() - uptime() * 1000)),
    }),
    outbox,
    clock,
    auditHead: () => auditHead(db),
    allReadings: () => watch.latest.full(),
    onPolicy: (next) => {
      policy = next;
      watch.applyPolicy(next);
    },
    onWarrant: (envelope) => {
      begun
        .then(async (journalled) => {
          if (journalled) await desk.receive(envelope);
        })
        .catch(refused('a warrant could not be recorded'))
        // What the run changed is seen at once.
        .finally(() => watch.refresh());
    },
    onCertificate: (certificate) => {
      identity = { ...identity, certificate };
      untilWritten(() => writeIdentity(stateDir, identity), {
        signal: ended.signal,
        refused: refused('the new certificate could not be written; it is used, and tried again'),
      })
        .then((written) => written && log('the certificate was renewed', {}))
        .catch((error: unknown) => log('the certificate was not written', { error: String(error) }));
    },
    onCatalogueChanged: refresh,
    onForgotten: () => {
      log('the controller was set back to an earlier state; all that stands is told again', {});
      attempt(
        () => watch.tellStanding(),
        refused('what stands could not be told again; it is tried at the next connection'),
      );
    },
    onConnected: () => {
      log('connected', { controller: identity.controller, endpoint: identity.endpoint });
      refresh();
    },
    onReading: (reading) => watch.publish([reading]),
    log,
    random: Math.random,
  });
  watch.start();
  link.start();
  const prune = (): void =>
    attempt(
      () => pruneRecords(db, clock.now()),
      refused('old records were not pruned; it is tried again in an hour'),
    );
  prune();
  const hourly = setInterval(() => {
    // A clock that is set back is known as such even where no warrant came for long.
    attempt(
      () => clock.remember(),
      refused('the time could not be remembered; it is tried again in an hour'),
    );
    prune();
  }, hourMs);
  return {
    endpoint: identity.endpoint,
    connected: () => link.connected,
    stop: () => {
      clearInterval(hourly);
      ended.abort();
      link.stop();
      watch.stop();
      attempt(() => noteStop(db), refused('the end could not be noted; the next start takes it for a crash'));
      db.close();
      unlock();
    },
  };
}

function attempt(work: () => void, failed: (error: unknown) => void): void {
  try {
    work();
  } catch (error) {
    failed(error);
  }
}
