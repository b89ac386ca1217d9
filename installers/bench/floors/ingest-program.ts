/**
 * The floor of the ingest: a bare `wss` server with the controller's TLS settings, JSON.parse, and the same rows inserted in
 * batches by bare `sqlite3`, as durable as the controller's. It checks nothing. Arguments: certificate, key, CA, database (files).
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import sqlite3 from 'sqlite3';
import { type WebSocket, WebSocketServer } from 'ws';

interface Waiting {
  readonly socket: WebSocket;
  readonly stream: string;
  readonly events: readonly { seq: number; at: number; body: unknown }[];
}

const [certificate = '', key = '', ca = '', database = ''] = process.argv.slice(2);
const db = new sqlite3.Database(database);
const run = (sql: string, ...parameters: unknown[]): Promise<void> =>
  new Promise((resolve, reject) => {
    db.run(sql, parameters, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });

let waiting: Waiting[] = [];
let flushing = false;

async function flush(): Promise<void> {
  flushing = true;
  while (waiting.length > 0) {
    const batch = waiting;
    waiting = [];
    const receivedAt = Date.now();
    const rows = batch.flatMap(({ stream, events }) =>
      events.map(({ seq, at, body }) => [stream, stream, seq, at, receivedAt, JSON.stringify(body)]),
    );
    // One statement is one transaction.
    await run(
      `INSERT INTO events (endpoint, stream, seq, at, received_at, body)
       SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each(?)`,
      JSON.stringify(rows),
    );
    for (const { socket, events } of batch)
      socket.send(JSON.stringify({ type: 'ack', seq: events.at(-1)?.seq }));
  }
  flushing = false;
}

await run('PRAGMA journal_mode = WAL');
await run('PRAGMA synchronous = FULL');
await run(`CREATE TABLE events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, endpoint TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, at INTEGER NOT NULL,
  received_at INTEGER NOT NULL, body TEXT NOT NULL, UNIQUE (endpoint, stream, seq)) STRICT`);
const server = createServer({
  cert: readFileSync(certificate),
  key: readFileSync(key),
  ca: readFileSync(ca),
  minVersion: 'TLSv1.3',
  requestCert: true,
  rejectUnauthorized: true,
});
new WebSocketServer({ server }).on('connection', (socket) => {
  let stream = '';
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.type === 'hello') {
      stream = message.stream;
      socket.send('{"type":"welcome"}');
      return;
    }
    waiting.push({ socket, stream, events: message.events });
    if (!flushing) void flush();
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`listening ${address.port}`);
});
