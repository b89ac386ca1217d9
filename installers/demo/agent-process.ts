import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const agentMain = fileURLToPath(new URL('../../agent/src/main.ts', import.meta.url));

/** Runs the agent's program, as it is installed, in a process of its own. */
export function spawnAgent(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [agentMain, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a command of the agent to its end. @throws Error with what it said, where it failed. */
export async function runAgentCommand(args: readonly string[]): Promise<string> {
  const child = spawnAgent(args);
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`millwright-agent ${args[0]} ended with ${code}: ${said.join('').trim()}`);
  return said.join('');
}

/** Ends a process and waits until it is gone. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}
