import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { verifyAudit } from '../../audit/index.ts';
import { databasePath } from '../../installation/index.ts';
import { openStore, type Store } from '../../store/index.ts';
import { migrations } from '../../store/migrations.ts';
import { type Check, failed, ok, warning } from '../finding.ts';

/** SQLite finds no damage, and this version knows the schema. Read only: nothing is migrated by looking. */
export const database: Check = {
  name: 'database',
  async examine({ dataDir }) {
    const file = databasePath(dataDir);
    if (!existsSync(file)) return [failed(`${file} is missing`, 'restore it from a backup')];
    const db = new DatabaseSync(file, { readOnly: true, timeout: 5000 });
    try {
      const damage = db.prepare('PRAGMA quick_check(1)').get()?.quick_check;
      if (damage !== 'ok')
        return [
          failed(
            `${file} is damaged: ${String(damage)}`,
            'stop the controller, and restore the database from a backup',
          ),
        ];
      const version = Number(db.prepare('PRAGMA user_version').get()?.user_version);
      if (version > migrations.length)
        return [
          ok(`${file} is whole`),
          failed(
            `it has schema ${version}, and this version knows ${migrations.length}`,
            'start the newer version, or restore a backup',
          ),
        ];
      if (version < migrations.length)
        return [
          ok(`${file} is whole`),
          warning(
            `it has schema ${version} of ${migrations.length}`,
            'the next start brings it up to date; back it up first',
          ),
        ];
      return [ok(`${file} is whole, schema ${version}`)];
    } finally {
      db.close();
    }
  },
};

async function withStore<T>(dataDir: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore(databasePath(dataDir));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** The audit log is whole. */
export const auditLog: Check = {
  name: 'audit log',
  async examine({ dataDir }) {
    return withStore(dataDir, async ({ read }) => {
      const verdict = await verifyAudit(read);
      return [
        verdict.ok
          ? ok(`${verdict.entries} entries, whole`)
          : failed(
              verdict.reason,
              'somebody changed the database: keep it as it is, and compare it with a backup',
            ),
      ];
    });
  },
};

/** No endpoint waits for an operator. */
export const waitingEndpoints: Check = {
  name: 'endpoints',
  async examine({ dataDir }) {
    return withStore(dataDir, async ({ read }) => {
      const waiting = await read
        .selectFrom('endpoints')
        .select('hostname')
        .where('standing', '=', 'waiting')
        .execute();
      if (waiting.length === 0) return [ok('none waits to be let in')];
      const names = waiting.slice(0, 3).map(({ hostname }) => hostname);
      return [
        warning(
          `${waiting.length} wait to be let in (${names.join(', ')}${waiting.length > 3 ? ', …' : ''})`,
          'let them in, or shut them out: millwright endpoint approve ID, or revoke ID',
        ),
      ];
    });
  },
};

/** How far a clock may seem to run back: two processes' entries may cross. Milliseconds. */
const slackMs = 60_000;

/** The clock has not been set back behind what was logged: certificates and warrants live by it. */
export const clockSane: Check = {
  name: 'clock',
  async examine({ dataDir, clock }) {
    return withStore(dataDir, async ({ read }) => {
      const last = await read
        .selectFrom('audit')
        .select((eb) => eb.fn.max<number | null>('at').as('at'))
        .executeTakeFirst();
      const now = clock.now();
      const time = new Date(now).toISOString();
      if (now < (last?.at ?? 0) - slackMs)
        return [
          failed(
            `it says ${time}, before what was logged last (${new Date(last?.at ?? 0).toISOString()})`,
            'set the clock right, and keep it by NTP',
          ),
        ];
      return [ok(`it says ${time}`)];
    });
  },
};
