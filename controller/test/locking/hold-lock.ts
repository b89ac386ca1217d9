// Takes the lock on the file given, says whether it got it, and holds it until the process ends.
import { takeLock } from '../../src/locking/index.ts';

const [file = ''] = process.argv.slice(2);
process.stdout.write(takeLock(file) === undefined ? 'refused\n' : 'held\n');
setInterval(() => {}, 60_000);
