import { DatabaseSync } from 'node:sqlite';
import { verifyAudit as verifyControllerAudit } from '@millwright/controller/audit';
import { openStore } from '@millwright/controller/store';
import { verifyAudit as verifyAgentAudit } from '../../../agent/src/warrants/audit.ts';
import type { Estate } from '../estate.ts';
import type { Evidence } from './evidence.ts';

/** The files are whole, and both audit chains hold and agree on what was signed. */
export async function judgeIntegrity(estate: Estate, { endpoints, rows }: Evidence): Promise<string[]> {
  const found: string[] = [];
  for (const { name, record } of endpoints)
    if (record.integrity !== 'ok') found.push(`${name}: state.db is damaged: ${record.integrity}`);
  const [check] = rows('PRAGMA integrity_check');
  if (check?.integrity_check !== 'ok') found.push(`millwright.db is damaged: ${check?.integrity_check}`);
  for (const broken of rows('PRAGMA foreign_key_check'))
    found.push(`millwright.db: row ${broken.rowid} of ${broken.table} belongs to nothing`);

  for (const { endpoint } of estate.members) {
    const db = new DatabaseSync(`${endpoint.stateDir}/state.db`);
    const { brokenAt } = verifyAgentAudit(db);
    db.close();
    if (brokenAt !== null) found.push(`${endpoint.name}: its audit log is broken at entry ${brokenAt}`);
  }
  const store = await openStore(estate.database);
  const verdict = await verifyControllerAudit(store.read);
  await store.close();
  if (!verdict.ok) found.push(`the controller's audit log is broken: ${verdict.reason}`);

  const signed = rows(
    "SELECT detail ->> 'warrant' AS warrant FROM audit WHERE action = 'warrant-signed'",
  ).map(({ warrant }) => String(warrant));
  const runs = rows('SELECT warrant FROM runs').map(({ warrant }) => String(warrant));
  if (signed.toSorted().join() !== runs.toSorted().join())
    found.push(
      `${signed.length} warrants stand in the audit log as signed, and there are ${runs.length} runs`,
    );
  return found;
}
