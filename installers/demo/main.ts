/** `npm run demo`: a controller and an agent on this machine, real faults, and their repair. `-- --exit` ends by itself. */
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { createSignInLink, createUser } from '@millwright/controller/auth';
import {
  createEnrolmentBundle,
  initialise,
  runbookFolders,
  signAndPublish,
  stockRunbooksDir,
} from '@millwright/controller/installation';
import { type Controller, startController } from '@millwright/controller/main';
import { formatBytes } from '@millwright/shared/units';
import { endProcess, runAgentCommand, spawnAgent } from './agent-process.ts';
import { sendForgedWarrant } from './forged-warrant.ts';
import { Story } from './story.ts';
import { Workplace } from './workplace.ts';

const clock = { now: Date.now };
const windows = process.platform === 'win32';
const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Runbooks that this demo lets run alone: the owner's decision, made here for an imaginary client. */
const autonomous = windows
  ? ['windows/process/start', 'windows/disk/clean-temp']
  : ['posix/process/start', 'posix/disk/clean-folder'];

async function install(place: Workplace): Promise<Controller> {
  const { dataDir, offlineDir } = place;
  await initialise({
    dataDir,
    offlineDir,
    clock,
    configuration: {
      names: ['localhost', '127.0.0.1'],
      agents: { host: '127.0.0.1', port: 0 },
      web: { host: '127.0.0.1', port: 0 },
    },
  });
  const { signed } = await signAndPublish({
    dataDir,
    offlineDir,
    folders: runbookFolders(stockRunbooksDir),
    clock,
  });
  print(
    `  Signed ${signed.runbooks.length} runbooks with offline keys (${offlineDir}). The controller never sees those keys.`,
  );
  return startController({
    dataDir,
    clock,
    environment: process.env,
    log: (message, facts) =>
      writeFileSync(join(place.root, 'controller.log'), `${message} ${JSON.stringify(facts)}\n`, {
        flag: 'a',
      }),
  });
}

async function signInLink({ store, audit, webPort }: Controller): Promise<string> {
  const parts = { store, audit, clock };
  await createUser(parts, { name: 'owner', role: 'owner', password: null, by: 'demo' });
  const { code } = await createSignInLink(parts, { user: 'owner', by: 'demo' });
  return `https://127.0.0.1:${webPort}/sign-in#code=${code}`;
}

async function enrol(place: Workplace, controller: Controller): Promise<string> {
  place.writeAgentConfiguration();
  const { store, audit, agentsPort, operations } = controller;
  const bundle = await createEnrolmentBundle({ store, audit, clock }, place.dataDir, {
    client: 'Hill Bakery',
    site: 'Head office',
    hours: 1,
    by: 'demo',
    controller: `127.0.0.1:${agentsPort}`,
  });
  writeFileSync(place.bundle, JSON.stringify(bundle), { mode: 0o600 });
  await runAgentCommand(['enrol', '--bundle', place.bundle, '--config', place.agentConfiguration]);
  for (const runbook of autonomous) await operations.setMode(runbook, 'hill-bakery', 'autonomous', 'demo');
  const { id } = await store.read.selectFrom('endpoints').select('id').executeTakeFirstOrThrow();
  return id;
}

async function waitFor(what: string, there: () => boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !there(); await sleep(20)) {
    if (Date.now() > end) throw new Error(`${what} did not happen within 20 seconds`);
  }
}

/** Breaks things one after the other. @returns whether each ended as it must. */
async function breakThings(
  place: Workplace,
  controller: Controller,
  endpoint: string,
  story: Story,
): Promise<boolean> {
  const fault = async (
    title: string,
    make: () => string | Promise<string>,
  ): Promise<{ ended: 'closed' | 'escalated'; ticket: number }> => {
    story.title(title);
    const before = await story.lastTicket();
    const at = Date.now();
    story.line(await make(), 0);
    const ticket = await story.ticketAfter(before);
    return { ended: await story.follow(ticket, at), ticket };
  };

  const killed = await fault(
    '1. A daemon dies',
    () => `Killed the daemon "till" (process ${place.killTill()}) with SIGKILL.`,
  );
  await waitFor('the daemon running again', () => place.tillPid() !== undefined);
  const daemonRuns = place.tillPid();
  story.line(`"till" runs again, as process ${daemonRuns}.`);

  const filled = await fault(
    '2. A folder overflows',
    () =>
      `Wrote ${formatBytes(place.fillSpool())} into ${place.spool}, whose limit is ${formatBytes(place.spoolLimitBytes)}.`,
  );
  const left = readdirSync(place.spool);
  story.line(`Left in the folder: ${left.join(', ')}.`);

  const forged = await fault('3. The controller is stolen', async () => {
    await sendForgedWarrant(controller, place.dataDir, endpoint);
    return "Altered a script and ordered it with the controller's own stolen key: a warrant whose signature is good.";
  });
  const run = await controller.store.read
    .selectFrom('timeline')
    .select('detail')
    .where('ticket', '=', forged.ticket)
    .orderBy('id')
    .executeTakeFirstOrThrow();
  const refused = run.detail.includes('"code":"runbook-altered"');
  story.line(
    refused
      ? styleText('green', 'Refused: the offline keys never signed that script. Nothing was run.')
      : styleText('red', 'It was NOT refused.'),
  );

  return (
    killed.ended === 'closed' &&
    daemonRuns !== undefined &&
    filled.ended === 'closed' &&
    left.length === 1 &&
    existsSync(join(place.spool, 'keep.txt')) &&
    refused
  );
}

function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
}

async function demo(exit: boolean): Promise<boolean> {
  const place = new Workplace();
  const ends: (() => Promise<void> | void)[] = [() => place.remove()];
  const interrupted = untilInterrupted();
  const story = async (): Promise<boolean> => {
    print(styleText('bold', 'Millwright demo'));
    print(`  Everything is below ${place.root}, and is removed at the end.`);
    const controller = await install(place);
    ends.push(() => controller.close());
    place.startTill();
    await waitFor('the daemon', () => place.tillPid() !== undefined);
    const endpoint = await enrol(place, controller);
    const agent = spawnAgent(['run', '--config', place.agentConfiguration]);
    ends.push(() => endProcess(agent));
    agent.stderr?.pipe(process.stderr);
    await waitFor('the agent connecting', () => controller.gateway.isConnected(endpoint));
    print(`  Dashboard: ${styleText('underline', await signInLink(controller))}`);
    print(
      "  (the link works once, for ten minutes; your browser will warn, since the certificate is of this installation's own CA)",
    );
    if (!exit) await sleep(3000);
    const good = await breakThings(place, controller, endpoint, new Story(controller, print));
    print(
      good
        ? styleText(
            'green',
            '\nEvery fault was repaired, verified and its ticket closed; the forged warrant was refused.',
          )
        : styleText('red', '\nNot everything ended as it must.'),
    );
    if (!exit) {
      print('The dashboard stays up. Ctrl-C ends everything.');
      await interrupted;
    }
    return good;
  };
  try {
    return await Promise.race([story(), interrupted.then(() => false)]);
  } finally {
    for (const end of ends.toReversed()) await end();
  }
}

const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });
process.exitCode = (await demo(values.exit)) ? 0 : 1;
