import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Authority } from '@millwright/controller/identity';
import { tlsDir } from '@millwright/controller/installation';
import { type Bench, figure } from '../figure.ts';
import { BenchController } from '../setting/bench-controller.ts';
import { Child } from '../setting/child.ts';
import { enrolFleet, type Fleet } from '../setting/fleet.ts';
import { type LoadShape, measureLoad } from '../setting/load.ts';

const floorProgram = fileURLToPath(new URL('../floors/ingest-program.ts', import.meta.url));
const connections = 500;
const rounds = { rounds: 5, roundMs: 2000 };
/** An outbox that has something to make up for, and a fleet in which everybody has something to tell. */
const shapes: Readonly<Record<'ingest' | 'ingest.500', LoadShape>> = {
  ingest: { connections: 1, eventsPerFrame: 250, framesUnderWay: 8 },
  'ingest.500': { connections, eventsPerFrame: 20, framesUnderWay: 1 },
};

async function startFloor(controller: BenchController): Promise<{ child: Child; address: string }> {
  const authority = await Authority.open(tlsDir(controller.dataDir), { now: Date.now });
  const { certificate, key } = await authority.issueServer(['127.0.0.1']);
  const file = (name: string, content: string): string => {
    const path = join(controller.folder, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };
  const child = new Child('the floor', process.execPath, [
    floorProgram,
    file('floor.pem', certificate),
    file('floor.key', key),
    file('floor-ca.pem', authority.pem),
    join(controller.folder, 'floor.db'),
  ]);
  return { child, address: `127.0.0.1:${await child.line((line) => /^listening (\d+)$/.exec(line)?.[1])}` };
}

const both = async (address: string, fleet: Fleet) => ({
  ingest: await measureLoad(address, fleet, shapes.ingest, rounds),
  'ingest.500': await measureLoad(address, fleet, shapes['ingest.500'], rounds),
});

/** Durable events a second: committed and acknowledged. The load is this process, what is measured another. */
export const ingestBench: Bench = {
  names: ['ingest', 'ingest.500'],
  async run() {
    await using controller = await BenchController.install();
    const fleet = await enrolFleet(controller, connections);
    // First and by itself: the controller goes on applying events for a while after they are acknowledged.
    const floor = await startFloor(controller);
    const floors = await both(floor.address, fleet).finally(() => floor.child[Symbol.asyncDispose]());
    await controller.start();
    const values = await both(controller.agents, fleet);
    // What is acknowledged is durable: an orderly end would first apply all of it.
    await controller.kill();
    return [
      figure('ingest', 'events/s', values.ingest, floors.ingest),
      figure('ingest.500', 'events/s', values['ingest.500'], floors['ingest.500']),
    ];
  },
};
