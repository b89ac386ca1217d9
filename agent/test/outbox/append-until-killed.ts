/** Appends events for ever and prints each number once it is durable. Argument: the state file. */
import { writeSync } from 'node:fs';
import { Outbox } from '../../src/outbox/index.ts';
import { openState } from '../../src/state/index.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('needs the path of a state file');
const outbox = new Outbox(openState(file), { now: Date.now });
for (let seq = 1; ; seq += 1) {
  outbox.append({ type: 'agent-started', version: '0.1.0', previous: 'stopped' });
  writeSync(1, `${seq}\n`);
}
