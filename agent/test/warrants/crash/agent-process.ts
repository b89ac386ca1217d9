/**
 * An agent's warrant desk as a process of its own, to be killed: `node agent-process.ts SITUATION`. It recovers, takes the
 * situation's envelope, and ends. Told to crash at its Nth commit, it kills itself just before or just after that commit.
 */
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { defaultPolicy } from '@millwright/shared/protocol';
import { keyIdOf } from '@millwright/shared/trust';
import { Catalogue } from '../../../src/catalogue/index.ts';
import { LocalPolicy } from '../../../src/config/index.ts';
import { ProcessStepRunner } from '../../../src/runner/index.ts';
import { openState } from '../../../src/state/index.ts';
import { FloorClock, WarrantDesk } from '../../../src/warrants/index.ts';
import { Situation } from './situation.ts';

const situation = Situation.parse(JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')));
const files = new Map(situation.files.map(([path, content]) => [path, Buffer.from(content, 'base64')]));
const privateKey = createPrivateKey(situation.endpointKey);

const db = openState(join(situation.folder, 'state.db'));
const clock = new FloorClock({ now: () => situation.now }, db, 0);
const desk = new WarrantDesk({
  db,
  clock,
  catalogue: new Catalogue({
    db,
    clock,
    pinnedRoot: String(files.get('metadata/1.root.json')),
    fetchFile: async (path) => files.get(path) ?? null,
  }),
  localPolicy: LocalPolicy.parse({}),
  policy: () => defaultPolicy,
  looked: async () => {},
  facts: () => [{ kind: 'filling-filesystem', value: '/var', details: {} }],
  events: {
    append: (body) => {
      db.prepare('INSERT INTO outbox (at, body) VALUES (?, ?)').run(situation.now, JSON.stringify(body));
    },
  },
  platform: 'linux',
  runner: new ProcessStepRunner({ platform: 'linux' }),
  identity: {
    endpoint: 'endpoint-1',
    client: 'acme',
    site: 'main',
    thumbprint: keyIdOf(createPublicKey(privateKey)),
    privateKey,
    certificate: '',
    ca: '',
    controller: 'localhost:1',
  },
});

if (situation.crash !== null) crashAt(db, situation.crash.commit, situation.crash.moment);
desk.recover();
await desk.receive(Buffer.from(situation.envelope, 'base64'));

function crashAt(database: DatabaseSync, commit: number, moment: 'before' | 'after'): void {
  const exec = database.exec.bind(database);
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  let commits = 0;
  database.exec = (sql) => {
    if (sql === 'COMMIT') commits += 1;
    const now = sql === 'COMMIT' && commits === commit;
    if (now && moment === 'before') die();
    exec(sql);
    if (now && moment === 'after') die();
  };
}
