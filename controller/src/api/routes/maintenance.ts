import { MaintenanceRequest, MaintenanceWindow } from '@millwright/shared/api';
import { z } from 'zod';
import type { Writer } from '../../store/index.ts';
import { listOf, Nothing, NumberInAddress } from '../answers.ts';
import { ApiProblem, notFound } from '../api-problem.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';

const tables = { client: 'clients', site: 'sites', endpoint: 'endpoints' } as const;

async function requireScope(
  tx: Writer,
  { scope, id }: { scope: keyof typeof tables; id: string },
): Promise<void> {
  const known = await tx.selectFrom(tables[scope]).select('id').where('id', '=', id).executeTakeFirst();
  if (known === undefined) throw notFound(`${scope} ${id}`);
}

/** Times in which alerts are seen and not acted on. */
export const maintenanceRoutes: RouteGroup = async (app, { store, clock, audit }) => {
  app.get(
    '/maintenance',
    {
      schema: {
        summary: 'Maintenance windows that are not over',
        response: { 200: listOf(MaintenanceWindow) },
      },
    },
    async () => {
      const rows = await store.read
        .selectFrom('maintenance')
        .selectAll()
        .where('endsAt', '>', clock.now())
        .orderBy('startsAt')
        .orderBy('id')
        .execute();
      return { items: rows.map(({ id, scopeId, ...row }) => ({ ...row, window: id, id: scopeId })) };
    },
  );
  app.post(
    '/maintenance',
    {
      schema: {
        summary: 'Plan a maintenance window',
        body: MaintenanceRequest,
        response: { 201: MaintenanceWindow },
      },
    },
    async (request, reply) => {
      const { name } = callerOf(request);
      const { id, ...wanted } = request.body;
      if (wanted.endsAt <= wanted.startsAt)
        throw new ApiProblem(400, 'invalid', 'endsAt in the request: must be after startsAt');
      if (wanted.endsAt <= clock.now())
        throw new ApiProblem(400, 'invalid', 'endsAt in the request: must lie in the future');
      const window = await store.write(async (tx) => {
        await requireScope(tx, request.body);
        const row = await tx
          .insertInto('maintenance')
          .values({ ...wanted, scopeId: id, createdBy: name })
          .returning('id')
          .executeTakeFirstOrThrow();
        await audit.append(tx, {
          actor: name,
          action: 'maintenance-planned',
          subject: `${wanted.scope} ${id}`,
          detail: { window: row.id, ...wanted },
        });
        return row.id;
      });
      return reply.code(201).send({ ...request.body, window, createdBy: name });
    },
  );
  app.delete(
    '/maintenance/:window',
    {
      schema: {
        summary: 'Call off a maintenance window',
        params: z.object({ window: NumberInAddress }),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { window } = request.params;
      await store.write(async (tx) => {
        const row = await tx
          .deleteFrom('maintenance')
          .where('id', '=', window)
          .returning(['scope', 'scopeId'])
          .executeTakeFirst();
        if (row === undefined) throw notFound(`maintenance window ${window}`);
        await audit.append(tx, {
          actor: callerOf(request).name,
          action: 'maintenance-called-off',
          subject: `${row.scope} ${row.scopeId}`,
          detail: { window },
        });
      });
      return reply.code(204).send();
    },
  );
};
