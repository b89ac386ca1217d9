import { parseArgs } from 'node:util';
import { formatDuration } from '@millwright/shared/units';
import { startAgent } from './agent.ts';
import { builtAt, version } from './build.ts';
import { ConfigurationError, readConfiguration } from './config/index.ts';
import { EnrolmentRefused, enrol, isEnrolled, readBundle } from './enrolment/index.ts';
import {
  AlreadyRunning,
  diskProblemOf,
  lockInstance,
  lockPath,
  openState,
  remedies,
  statePath,
  transaction,
} from './state/index.ts';
import { statusOf } from './status.ts';
import { appendAudit, ClockNotReset, liftQuarantine, resetClock } from './warrants/index.ts';

const defaultConfiguration =
  process.platform === 'win32' ? 'C:\\ProgramData\\Millwright\\agent.json' : '/etc/millwright/agent.json';

const help = `millwright-agent ${version}

  millwright-agent enrol --bundle FILE   enrol this endpoint (the file comes from \`millwright token create\`)
  millwright-agent run                   run in the foreground, as the service does
  millwright-agent status [--json]       what this agent knows of itself
  millwright-agent lift-quarantine ID    let a runbook run here again whose fixes failed
  millwright-agent reset-clock           make the present time the earliest that is believed here, after a clock was once set
                                         far ahead and right again; the agent must be stopped
  millwright-agent version

  --config FILE   the configuration (${defaultConfiguration})

Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 refused by the controller, 4 another agent is running.`;

/** Wrong usage, told with the way to the help. */
class UsageError extends Error {}

/** A line for the service manager's log: the message, then its facts. */
function log(message: string, facts: Record<string, unknown>): void {
  const told = Object.entries(facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  process.stdout.write(`${[message, ...told].join(' ')}\n`);
}

async function main(args: string[]): Promise<void> {
  const { values, positionals } = readArguments(args);
  const [command, ...rest] = positionals;
  if (rest.length > (command === 'lift-quarantine' ? 1 : 0))
    throw new UsageError(`${rest.join(' ')}: one command at a time`);
  if (values.help || command === undefined) return console.log(help);
  const configuration = (): ReturnType<typeof readConfiguration> =>
    readConfiguration(values.config ?? defaultConfiguration);
  switch (command) {
    case 'run': {
      const agent = startAgent({
        configuration: configuration(),
        clock: { now: Date.now },
        log,
        ...(process.env.SystemRoot === undefined ? {} : { systemRoot: process.env.SystemRoot }),
      });
      const stop = (): void => {
        agent.stop();
        process.exit(0);
      };
      process.once('SIGTERM', stop).once('SIGINT', stop);
      return;
    }
    case 'enrol': {
      if (values.bundle === undefined) throw new UsageError('enrol needs --bundle FILE');
      const { endpoint, client, site, controller } = await enrol(
        readBundle(values.bundle),
        configuration().stateDir,
      );
      return console.log(
        `Enrolled as endpoint ${endpoint} of ${client}, site ${site}, with the controller at ${controller}.\nThe token is spent: delete ${values.bundle}.`,
      );
    }
    case 'status':
      return console.log(statusOf(configuration(), values.json === true));
    case 'lift-quarantine':
      return console.log(lift(configuration(), rest[0]));
    case 'reset-clock':
      return console.log(reset(configuration()));
    case 'version':
      return console.log(version);
    default:
      throw new UsageError(`there is no command ${command}`);
  }
}

/** For whoever is root here and has looked why the fixes failed. */
function lift({ stateDir }: ReturnType<typeof readConfiguration>, runbook: string | undefined): string {
  if (runbook === undefined) throw new UsageError("lift-quarantine needs a runbook's id");
  const db = openState(statePath(stateDir));
  try {
    transaction(db, () => {
      liftQuarantine(db, runbook);
      appendAudit(db, Date.now(), { kind: 'quarantine-lifted', runbook });
    });
  } finally {
    db.close();
  }
  return `${runbook} may run here again.`;
}

/** For whoever is root here and has set the clock right. A running agent would not see it, and write its own time over it. */
function reset({ stateDir }: ReturnType<typeof readConfiguration>): string {
  if (!isEnrolled(stateDir)) throw new ConfigurationError(`this endpoint is not enrolled (${stateDir})`);
  const unlock = lockInstance(lockPath(stateDir));
  try {
    const db = openState(statePath(stateDir));
    try {
      const { from, to, recounted } = resetClock(db, Date.now(), builtAt);
      return `The earliest time that is believed here was ${iso(from)} and is ${iso(to)} now, ${formatDuration(from - to)} back.
Warrants that were taken stay taken. ${recounted} runs that were counted at a later time count as run now.
Start the agent again.`;
    } finally {
      db.close();
    }
  } finally {
    unlock();
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();

function readArguments(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        config: { type: 'string' },
        bundle: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (cause) {
    throw new UsageError(
      cause instanceof Error ? (cause.message.split('. ')[0] ?? cause.message) : String(cause),
      { cause },
    );
  }
}

/** Operators' errors are one line; anything else is a programmer's error and keeps its stack. */
function fail(error: unknown): never {
  const say = (message: string, code: number): never => {
    process.stderr.write(`millwright-agent: ${message}\n`);
    process.exit(code);
  };
  if (error instanceof UsageError) return say(`${error.message}; see millwright-agent --help`, 2);
  if (error instanceof ConfigurationError) return say(error.message, 2);
  if (error instanceof EnrolmentRefused)
    return say(`the controller refused: ${error.message} (${error.code})`, 3);
  if (error instanceof ClockNotReset) return say(`${error.message} (${error.code})`, 1);
  if (error instanceof AlreadyRunning) return say(error.message, 4);
  const problem = diskProblemOf(error);
  if (error instanceof Error && problem !== undefined)
    return say(`cannot use the agent's state (${problem}): ${error.message}; ${remedies[problem]}`, 1);
  if (error instanceof Error && error.message.startsWith('cannot reach the controller'))
    return say(error.message, 1);
  return say(error instanceof Error ? (error.stack ?? error.message) : String(error), 1);
}

// A log on a full disk takes nothing; there is no other place to say so, and the agent goes on.
process.stdout.on('error', () => {});
// Before anything uses the pool: a filesystem that hangs must not hold up the rest.
process.env.UV_THREADPOOL_SIZE ??= '8';
main(process.argv.slice(2)).catch(fail);
