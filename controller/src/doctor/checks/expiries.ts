import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CatalogueError, loadCatalogue } from '../../catalogue/index.ts';
import { tlsDir } from '../../installation/index.ts';
import { type Check, failed, ok } from '../finding.ts';
import { remaining } from '../remaining.ts';

const hour = 3_600_000;
const day = 24 * hour;

/** What is signed in the catalogue is still valid: endpoints run nothing by metadata that has expired. */
export const catalogueExpiry: Check = {
  name: 'catalogue',
  async examine({ dataDir, clock }) {
    try {
      const { runbooks, roles, root } = await loadCatalogue(dataDir);
      const online = ['snapshot', 'timestamp'];
      const now = clock.now();
      const first = (role: { expiresAt: number; role: string }[]): { expiresAt: number; role: string } =>
        role.reduce((a, b) => (b.expiresAt < a.expiresAt ? b : a));
      const offlineFirst = first([
        ...roles.filter(({ role }) => !online.includes(role)),
        { role: 'root', ...root },
      ]);
      const onlineFirst = first(roles.filter(({ role }) => online.includes(role)));
      return [
        ok(`${runbooks.length} runbooks, every signature good`),
        remaining(`${offlineFirst.role} (signed offline)`, {
          expiresAt: offlineFirst.expiresAt,
          now,
          soonMs: 7 * day,
          remedy: 'bring the offline keys back, and run: millwright catalogue sign, then publish',
        }),
        remaining(`${onlineFirst.role} (renewed by the controller)`, {
          expiresAt: onlineFirst.expiresAt,
          now,
          soonMs: 2 * hour,
          remedy: 'start the controller: it renews them every hour',
        }),
      ];
    } catch (error) {
      if (!(error instanceof CatalogueError)) throw error;
      return [failed(error.message, 'do that, then run millwright doctor again')];
    }
  },
};

/** The CA's and the doors' certificates are still valid. */
export const certificates: Check = {
  name: 'certificates',
  async examine({ dataDir, clock }) {
    const end = (file: string): number => new X509Certificate(readFileSync(file)).validToDate.getTime();
    const ca = join(tlsDir(dataDir), 'ca.pem');
    if (!existsSync(ca))
      return [failed(`${ca} is missing: no endpoint can come in`, 'restore the tls folder from a backup')];
    const server = join(tlsDir(dataDir), 'server.pem');
    return [
      remaining("the CA's certificate", {
        expiresAt: end(ca),
        now: clock.now(),
        soonMs: 365 * day,
        remedy: 'plan a new CA: every endpoint must enrol anew before it ends',
      }),
      existsSync(server)
        ? remaining("the doors' certificate", {
            expiresAt: end(server),
            now: clock.now(),
            soonMs: 25 * day,
            remedy: 'restart the controller: it makes a new one',
          })
        : ok("the doors' certificate is made at the first start"),
    ];
  },
};
