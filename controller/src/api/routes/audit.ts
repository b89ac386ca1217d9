import { AuditQuery, AuditRecord } from '@millwright/shared/api';
import { listOf } from '../answers.ts';
import type { RouteGroup } from '../parts.ts';

/** Who did what. */
export const auditRoutes: RouteGroup = async (app, { store }) => {
  app.get(
    '/audit',
    {
      schema: {
        summary: 'The audit log, the newest entry first',
        querystring: AuditQuery,
        response: { 200: listOf(AuditRecord) },
      },
    },
    async ({ query: { before, limit } }) => {
      let entries = store.read.selectFrom('audit').selectAll().orderBy('seq', 'desc').limit(limit);
      if (before !== undefined) entries = entries.where('seq', '<', before);
      const rows = await entries.execute();
      return { items: rows.map((row) => AuditRecord.parse({ ...row, detail: JSON.parse(row.detail) })) };
    },
  );
};
