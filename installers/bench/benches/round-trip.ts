import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { stockRunbooksDir } from '@millwright/controller/installation';
import { RunOrdered } from '@millwright/shared/api';
import { BenchError } from '../bench-error.ts';
import { type Bench, figure } from '../figure.ts';
import { EchoFloor } from '../floors/echo.ts';
import { startAgent } from '../setting/bench-agent.ts';
import { BenchController } from '../setting/bench-controller.ts';
import { rest } from '../setting/tickets.ts';
import { until } from '../until.ts';

const runbook = 'posix/diagnose/uptime';
/** The runbook may run 60 times an hour. */
const samples = 50;
const warmUps = 5;

/** The API, over one connection that stays open. */
class Api {
  readonly #address: string;
  readonly #token: string;
  readonly #agent: Agent;

  constructor(address: string, token: string, ca: string) {
    this.#address = address;
    this.#token = token;
    this.#agent = new Agent({ keepAlive: true, maxSockets: 1, ca });
  }

  /** Orders the runbook. @returns the warrant's id */
  async run(endpoint: string): Promise<string> {
    const { status, text } = await this.#post('/api/v1/runs', JSON.stringify({ endpoint, runbook }));
    if (status !== 202) throw new BenchError('went-wrong', `the run was not ordered: ${status} ${text}`);
    return RunOrdered.parse(JSON.parse(text)).warrant;
  }

  close(): void {
    this.#agent.destroy();
  }

  #post(path: string, body: string): Promise<{ status: number; text: string }> {
    const headers = {
      authorization: `Bearer ${this.#token}`,
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(
        this.#address + path,
        { method: 'POST', agent: this.#agent, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
          );
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }
}

/** From the API call to the result in the controller's database, of a signed one-line runbook that only reads. */
export const roundTripBench: Bench = {
  names: ['run.round-trip'],
  async run() {
    await using controller = await BenchController.install();
    const token = await controller.apiToken();
    await controller.start();
    const { agent, endpoint } = await startAgent(controller);
    await using _agent = agent;
    const script = readFileSync(join(stockRunbooksDir, runbook, 'fix.sh'), 'utf8');
    await using floor = await EchoFloor.start(script);
    const api = new Api(controller.api, token, (await controller.bundle()).ca);
    try {
      const stored = controller.database.prepare('SELECT state, result FROM runs WHERE warrant = ?');
      const values: number[] = [];
      const floors: number[] = [];
      for (let index = 0; index < warmUps + samples; index += 1) {
        await rest();
        floors.push(await floor.roundTrip());
        await rest();
        const began = performance.now();
        const warrant = await api.run(endpoint);
        const row = await until('the run ends', () => {
          const found = stored.get(warrant);
          return found?.state === 'ended' ? found : undefined;
        });
        values.push(performance.now() - began);
        if (row.result !== '{"outcome":"fixed"}')
          throw new BenchError('went-wrong', `the run ended otherwise: ${row.result}`);
      }
      return [figure('run.round-trip', 'ms', values.slice(warmUps), floors.slice(warmUps))];
    } finally {
      api.close();
    }
  },
};
