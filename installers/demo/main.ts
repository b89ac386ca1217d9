/** `npm run demo`: a controller and an agent on this machine, real faults, and their repair. `-- --exit` ends by itself. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, styleText } from 'node:util';
import { formatBytes } from '@millwright/shared/units';
import { sendForgedWarrant } from './forged-warrant.ts';
import { Setting, waitFor } from './setting.ts';
import { Story } from './story.ts';

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** Breaks things one after the other. @returns whether each ended as it must. */
async function breakThings({ place, controller, endpoint }: Setting, story: Story): Promise<boolean> {
  const fault = async (title: string, make: () => string | Promise<string>) => {
    story.title(title);
    const before = await story.lastTicket();
    const at = Date.now();
    story.line(await make(), 0);
    const ticket = await story.ticketAfter(before);
    return { ticket, ended: await story.follow(ticket, at) };
  };

  const killed = await fault(
    '1. A daemon dies',
    () => `Killed the daemon "till" (process ${place.killTill()}) with SIGKILL.`,
  );
  await waitFor('the daemon running again', () => place.tillPid() !== undefined);
  story.line(`"till" runs again, as process ${place.tillPid()}.`);

  const filled = await fault(
    '2. A folder overflows',
    () =>
      `Wrote ${formatBytes(place.fillSpool())} into ${place.spool}, whose limit is ${formatBytes(place.spoolLimitBytes)}.`,
  );
  const left = readdirSync(place.spool);
  story.line(`Left in the folder: ${left.join(', ')}.`);
  const emptied = left.length === 1 && existsSync(join(place.spool, 'keep.txt'));

  const forged = await fault('3. The controller is stolen', async () => {
    await sendForgedWarrant(controller, place.dataDir, endpoint);
    return "Altered a script and ordered it with the controller's own stolen key: a warrant whose signature is good.";
  });
  const refused = await story.tells(forged.ticket, '"code":"runbook-altered"');
  story.line(
    refused
      ? styleText('green', 'Refused: the offline keys never signed that script. Nothing was run.')
      : styleText('red', 'It was NOT refused.'),
  );
  return killed.ended === 'closed' && filled.ended === 'closed' && emptied && refused;
}

/** Until somebody has seen enough: Ctrl-C, a closed terminal, or a reader of what is printed that went away. */
function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
    process.stdout.on('error', () => resolve());
  });
}

async function play(setting: Setting, exit: boolean, interrupted: Promise<void>): Promise<boolean> {
  print(`  Signed ${setting.signed} runbooks with offline keys, which the controller never sees.`);
  print(`  Dashboard: ${styleText('underline', await setting.signInLink())}`);
  print(
    "  (works once, for ten minutes; a browser will warn, for the certificate is of this installation's own CA)",
  );
  // Time to open the dashboard and see it happen.
  if (!exit) await sleep(5000);
  const good = await breakThings(setting, new Story(setting.controller, print));
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
}

async function demo(exit: boolean): Promise<boolean> {
  const interrupted = untilInterrupted();
  const setting = new Setting();
  try {
    print(styleText('bold', 'Millwright demo'));
    print(`  Everything is below ${setting.place.root}, and is removed at the end.`);
    // To its end, also when interrupted: what is half open could not be closed.
    await setting.open();
    return await Promise.race([play(setting, exit, interrupted), interrupted.then(() => false)]);
  } finally {
    await setting.close();
  }
}

try {
  const { values } = parseArgs({ options: { exit: { type: 'boolean', default: false } } });
  // The story that was interrupted still waits for what no longer comes.
  process.exit((await demo(values.exit)) ? 0 : 1);
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
}
