import { AuditRecord } from '@millwright/shared/api';
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Reader } from '../../store/index.ts';
import { behind, type Order, type Page, type PageRequest, pageFrom } from './page.ts';

const order: Order = [sql`-seq`];

/** The audit log, the newest entry first. */
export async function audit(
  db: Reader,
  { after, limit }: PageRequest,
): Promise<Page<z.infer<typeof AuditRecord>>> {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where(behind(order, after))
    .orderBy('seq', 'desc')
    .limit(limit + 1)
    .execute();
  return pageFrom(rows, limit, {
    itemOf: (row) => AuditRecord.parse({ ...row, detail: JSON.parse(row.detail) }),
    placeOf: ({ seq }) => [-seq],
  });
}
