import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildAgent } from '../../src/build-agent.ts';
import { sourceDate } from '../../src/source-date.ts';
import { runTool } from '../../src/tool.ts';
import type { BenchController } from './bench-controller.ts';
import { Child } from './child.ts';
import { policyForMany } from './runbooks.ts';

let built: Promise<string> | undefined;

/** The agent's executable as its source stands now, built once for all benches of a run. */
export function agentExecutable(): Promise<string> {
  built ??= build();
  return built;
}

async function build(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-agent-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const output = join(folder, 'millwright-agent');
  await buildAgent({ output, date: await sourceDate(process.env) });
  return output;
}

/** Enrols and starts the agent's executable on this machine; it is connected and greeted when this resolves. */
export async function startAgent(
  controller: BenchController,
  configuration: Readonly<Record<string, unknown>> = {},
): Promise<{ agent: Child; endpoint: string }> {
  const executable = await agentExecutable();
  const file = (name: string): string => join(controller.folder, name);
  writeFileSync(
    file('agent.json'),
    JSON.stringify({
      stateDir: file('agent'),
      // Nothing leaves this machine.
      collect: { connectivity: false },
      policy: policyForMany,
      ...configuration,
    }),
  );
  writeFileSync(file('bundle.json'), JSON.stringify(await controller.bundle()), { mode: 0o600 });
  await runTool(executable, ['enrol', '--bundle', file('bundle.json'), '--config', file('agent.json')]);
  const agent = new Child('the agent', executable, ['run', '--config', file('agent.json')]);
  const endpoint = await agent.line((line) => /^connected .*endpoint="([^"]+)"/.exec(line)?.[1]);
  return { agent, endpoint };
}
