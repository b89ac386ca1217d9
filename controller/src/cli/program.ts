import { Command } from 'commander';
import { addAlerts } from './commands/alerts.ts';
import { addApprove } from './commands/approve.ts';
import { addAudit } from './commands/audit.ts';
import { addBackup } from './commands/backup.ts';
import { addCatalogue } from './commands/catalogue.ts';
import { addDoctor } from './commands/doctor.ts';
import { addEndpoint, addEndpoints } from './commands/endpoints.ts';
import { addInit } from './commands/init.ts';
import { addKillSwitch } from './commands/kill-switch.ts';
import { addModes } from './commands/modes.ts';
import { addPolicy } from './commands/policy.ts';
import { addServe } from './commands/serve.ts';
import { addTechnicianKey } from './commands/technician-key.ts';
import { addTickets } from './commands/tickets.ts';
import { addApiTokens, addTokens } from './commands/tokens.ts';
import { addSignInLink, addUsers } from './commands/users.ts';
import type { Console } from './console.ts';

/** The whole command line. Adding a command is adding its file, and its line here. `json`: wrong usage is told so, too. */
export function buildProgram(console: Console, json: boolean): Command {
  const program = new Command('millwright')
    .description('Finds known faults on endpoints and fixes them with scripts that were signed offline.')
    .configureOutput({
      writeOut: (text) => console.out.write(text),
      writeErr: (text) => console.err.write(text),
      outputError: (text, write) => {
        const message = text.replace(/^error: /, '').trimEnd();
        write(
          json ? `${JSON.stringify({ error: { code: 'usage', message } })}\n` : `millwright: ${message}\n`,
        );
      },
    })
    .exitOverride()
    .showHelpAfterError(json ? false : 'Run the command with --help to see how it is used.')
    .addHelpText('after', '\nExit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 refused.');
  const commands = [
    addInit,
    addServe,
    addDoctor,
    addBackup,
    addTokens,
    addUsers,
    addSignInLink,
    addApiTokens,
    addEndpoints,
    addEndpoint,
    addAlerts,
    addTickets,
    addApprove,
    addTechnicianKey,
    addCatalogue,
    addModes,
    addPolicy,
    addKillSwitch,
    addAudit,
  ];
  for (const add of commands) add(program, console);
  return program;
}
