import { setTimeout as sleep } from 'node:timers/promises';
import { measureAtRest } from '../at-rest.ts';
import { type Bench, figure } from '../figure.ts';
import { startAgent } from '../setting/bench-agent.ts';
import { BenchController } from '../setting/bench-controller.ts';
import { Child } from '../setting/child.ts';

const seconds = 20;
/** What starting has stirred up lies down meanwhile. */
const settleMs = 30_000;

const mebibytes = (bytes: readonly number[]): number[] => bytes.map((each) => each / 1024 / 1024);

/** The controller with one agent connected and nothing to do, beside Node with nothing loaded. */
export const controllerAtRestBench: Bench = {
  names: ['controller.rss'],
  async run() {
    await using controller = await BenchController.install();
    await controller.start();
    const { agent } = await startAgent(controller);
    await using _agent = agent;
    await using idle = new Child('idle Node', process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    await sleep(settleMs);
    const [rest, floor] = await Promise.all([
      measureAtRest(controller.pid, seconds),
      measureAtRest(idle.pid, seconds),
    ]);
    return [figure('controller.rss', 'MiB', mebibytes(rest.residentBytes), mebibytes(floor.residentBytes))];
  },
};
