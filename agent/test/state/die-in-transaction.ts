/** Dies by SIGKILL in the middle of a transaction whose pages are on the disk already. Argument: the state file. */
import { openState } from '../../src/state/index.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new TypeError('needs the path of a state file');
const db = openState(file);
// A cache of nothing: pages, and before them the journal, go to the disk as they change.
db.exec('PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM outbox;');
const insert = db.prepare("INSERT INTO outbox (at, body) VALUES (1, printf('%.*c', 3000, 'x'))");
for (let row = 0; row < 100; row += 1) insert.run();
process.kill(process.pid, 'SIGKILL');
