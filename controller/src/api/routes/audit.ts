import { AuditRecord, PageQuery } from '@millwright/shared/api';
import { pageOf } from '../answers.ts';
import type { RouteGroup } from '../parts.ts';
import { audit } from '../queries/audit.ts';

/** Who did what. */
export const auditRoutes: RouteGroup = async (app, { store }) => {
  app.get(
    '/audit',
    {
      schema: {
        summary: 'The audit log, the newest entry first',
        querystring: PageQuery,
        response: { 200: pageOf(AuditRecord) },
      },
    },
    async (request) => audit(store.read, request.query),
  );
};
