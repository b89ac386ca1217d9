import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { tlsDir } from '../../installation/index.ts';
import { type Check, failed, ok } from '../finding.ts';

const everywhere: readonly string[] = ['0.0.0.0', '::'];
const patienceMs = 3000;

type Answer = 'free' | 'ours' | 'taken';

/** Who answers on a port: nobody, a server whose certificate is of this installation's CA, or somebody else. */
function whoAnswers(host: string, port: number, ca: Buffer): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = connect({
      host: everywhere.includes(host) ? 'localhost' : host,
      port,
      ca,
      timeout: patienceMs,
      // The chain says whose it is; the name does not matter here.
      checkServerIdentity: () => undefined,
    });
    const done = (answer: Answer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => done('ours'));
    socket.once('timeout', () => done('taken'));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      done(error.code === 'ECONNREFUSED' ? 'free' : 'taken'),
    );
  });
}

/** The two ports are this controller's, or free for it. */
export const doors: Check = {
  name: 'ports',
  async examine({ dataDir, configuration: { agents, web } }) {
    const caFile = join(tlsDir(dataDir), 'ca.pem');
    const ca = existsSync(caFile) ? readFileSync(caFile) : Buffer.alloc(0);
    const look = async (whose: string, { host, port }: { host: string; port: number }) => {
      if (port === 0) return ok(`${whose}: the system chooses one at each start`);
      const answer = await whoAnswers(host, port, ca);
      if (answer === 'taken')
        return failed(
          `${whose}: ${host}:${port} is taken by another program`,
          'stop that program, or set another port in config.json',
        );
      return ok(
        `${whose}: ${host}:${port} ${answer === 'ours' ? 'is answered by this controller' : 'is free; the controller does not run'}`,
      );
    };
    return [await look('agents', agents), await look('people', web)];
  },
};
