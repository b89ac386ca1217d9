#!/usr/bin/env node
import { userInfo } from 'node:os';
import { runCommand } from './run.ts';

/** The login name; a system may have none for the number that the process runs as. */
function login(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}

process.exitCode = await runCommand(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  in: process.stdin,
  environment: process.env,
  clock: { now: () => Date.now() },
  operator: `console:${login()}`,
});
