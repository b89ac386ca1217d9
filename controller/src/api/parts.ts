import type { Server } from 'node:https';
import type { Policy } from '@millwright/shared/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { AuthParts } from '../auth/index.ts';
import type { LiveFeed } from '../live/index.ts';
import type { Storage } from '../storage/index.ts';
import type { CataloguePort } from './catalogue-port.ts';
import type { EnginePort } from './engine-port.ts';
import type { LiveStreams } from './live-streams.ts';

/** What every route works with. */
export interface RouteParts extends AuthParts {
  readonly live: LiveFeed;
  readonly streams: LiveStreams;
  readonly engine: EnginePort;
  readonly catalogue: CataloguePort;
  /** How much room the data folder has. */
  readonly storage: () => Promise<Storage>;
  /** The policy in force for an endpoint, as the gateway tells it. */
  readonly policyFor: (endpoint: string) => Promise<Policy>;
}

/** The routes of one kind of resource. */
export type RouteGroup = FastifyPluginAsyncZod<RouteParts, Server>;
