/** The far side of `EchoFloor`: spawns what comes, and sends back what it printed. On loopback alone, for the bench alone. */
import { spawn } from 'node:child_process';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
server.on('listening', () => {
  const address = server.address();
  if (typeof address === 'object' && address !== null) console.log(`listening ${address.port}`);
});
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    const child = spawn('/bin/sh', ['-c', data.toString()], { stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => output.push(chunk));
    child.stdin.end();
    child.on('close', () => socket.send(Buffer.concat(output)));
  });
});
