import { Fleet, KillSwitchRequest } from '@millwright/shared/api';
import { reaches } from '../../auth/index.ts';
import { Nothing } from '../answers.ts';
import { ApiProblem } from '../api-problem.ts';
import { callerOf } from '../callers.ts';
import type { RouteGroup } from '../parts.ts';
import { fleet } from '../queries/fleet.ts';

/** The fleet as a whole. */
export const fleetRoutes: RouteGroup = async (app, { store, clock, catalogue, engine, storage }) => {
  app.get('/fleet', { schema: { summary: 'The fleet at a glance', response: { 200: Fleet } } }, async () =>
    fleet(store.read, catalogue, await storage(), clock.now()),
  );
  app.put(
    '/kill-switch',
    {
      schema: {
        summary: 'Stop every run, or let runs go on',
        body: KillSwitchRequest,
        response: { 204: Nothing },
      },
    },
    async (request, reply) => {
      const { name, role } = callerOf(request);
      const { on, reason } = request.body;
      if (!on && !reaches(role, 'owner'))
        throw new ApiProblem(
          403,
          'not-allowed',
          `${name} is a ${role}: a technician may turn the kill switch on, and only an owner may turn it off; ask an owner`,
        );
      await engine.setKillSwitch(on, reason, name);
      return reply.code(204).send();
    },
  );
};
