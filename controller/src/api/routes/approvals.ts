import {
  Approval,
  DeclineRequest,
  SignatureRequest,
  SignatureTaken,
  WarrantDraft,
} from '@millwright/shared/api';
import { z } from 'zod';
import { listOf, Nothing, NumberInAddress } from '../answers.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';
import { approvals } from '../queries/approvals.ts';

const params = z.object({ remediation: NumberInAddress });

/** Fixes that wait for a person. */
export const approvalRoutes: RouteGroup = async (app, { store, clock, catalogue, engine }) => {
  app.get(
    '/approvals',
    { schema: { summary: 'Fixes that wait for a person', response: { 200: listOf(Approval) } } },
    async () => ({
      items: await approvals(store.read, catalogue, clock.now()),
    }),
  );
  app.post(
    '/approvals/:remediation/approve',
    { schema: { summary: 'Let a proposed fix run', params, response: { 204: Nothing } } },
    async (request, reply) => {
      await engine.approve(request.params.remediation, callerOf(request).name);
      return reply.code(204).send();
    },
  );
  app.post(
    '/approvals/:remediation/draft',
    {
      schema: {
        summary: 'The order that a technician is asked to sign, and what it would run',
        params,
        response: { 200: WarrantDraft },
      },
    },
    async (request) => engine.draft(request.params.remediation, callerOf(request).name),
  );
  app.post(
    '/approvals/:remediation/signature',
    {
      schema: {
        summary: "Hand in a technician's signature over the order",
        params,
        body: SignatureRequest,
        response: { 200: SignatureTaken },
      },
    },
    async (request) => engine.sign(request.params.remediation, request.body.envelope, callerOf(request).name),
  );
  app.post(
    '/approvals/:remediation/decline',
    {
      schema: {
        summary: 'Refuse a proposed fix',
        params,
        body: DeclineRequest.nullish(),
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const reason = request.body?.reason;
      await engine.decline(
        request.params.remediation,
        callerOf(request).name,
        reason === '' ? undefined : reason,
      );
      return reply.code(204).send();
    },
  );
};
