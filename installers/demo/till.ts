/** The demo's daemon: a small web service that writes its process id and answers with the time. Arguments: its pidfile. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [pidFile] = process.argv.slice(2);
if (pidFile === undefined) throw new TypeError('till needs the path of its pidfile');
createServer((_request, response) => response.end(`${new Date().toISOString()}\n`)).listen(
  0,
  '127.0.0.1',
  () => {
    writeFileSync(pidFile, `${process.pid}\n`);
  },
);
