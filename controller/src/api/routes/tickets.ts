import {
  CloseRequest,
  CommentRequest,
  TicketDetail,
  TicketQuery,
  TicketSummary,
} from '@millwright/shared/api';
import { z } from 'zod';
import { Nothing, NumberInAddress, pageOf } from '../answers.ts';
import { notFound } from '../api-problem.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';
import { ticket, tickets } from '../queries/tickets.ts';

const params = z.object({ id: NumberInAddress });

/** Service-desk work. */
export const ticketRoutes: RouteGroup = async (app, { store, engine }) => {
  app.get(
    '/tickets',
    {
      schema: {
        summary: 'Tickets, those that need a person first',
        querystring: TicketQuery,
        response: { 200: pageOf(TicketSummary) },
      },
    },
    async (request) => tickets(store.read, request.query),
  );
  app.get(
    '/tickets/:id',
    {
      schema: {
        summary: 'One ticket with its timeline, decisions and runs',
        params,
        response: { 200: TicketDetail },
      },
    },
    async (request) => {
      const found = await ticket(store.read, request.params.id);
      if (found === undefined) throw notFound(`ticket ${request.params.id}`);
      return found;
    },
  );
  app.post(
    '/tickets/:id/comments',
    { schema: { summary: 'Write on a ticket', params, body: CommentRequest, response: { 204: Nothing } } },
    async (request, reply) => {
      await engine.comment(request.params.id, callerOf(request).name, request.body.text);
      return reply.code(204).send();
    },
  );
  app.post(
    '/tickets/:id/close',
    {
      schema: { summary: 'Close a ticket', params, body: CloseRequest.nullish(), response: { 204: Nothing } },
    },
    async (request, reply) => {
      const text = request.body?.text;
      await engine.closeTicket(request.params.id, callerOf(request).name, text === '' ? undefined : text);
      return reply.code(204).send();
    },
  );
};
