import { z } from 'zod';
import { Instant, Reading } from '../readings/reading.ts';
import { Platform } from '../runbook/manifest.ts';
import { AgentEvent } from './event.ts';
import { MAX_EVENTS_PER_FRAME, MAX_FILE_BYTES, PROTOCOL_VERSION } from './limits.ts';
import { Policy } from './policy.ts';

const Seq = z.number().int().min(0);
const FilePath = z
  .string()
  .max(300)
  .regex(/^(metadata|targets)\/[a-zA-Z0-9._%/-]+$/);

/** The agent's first message. `stream` names this outbox: a new one when the endpoint's state was lost. */
export const Hello = z.strictObject({
  type: z.literal('hello'),
  protocol: z.literal(PROTOCOL_VERSION),
  stream: z.uuid(),
  agentVersion: z.string().max(64),
  hostname: z.string().min(1).max(255),
  platform: Platform,
  arch: z.string().max(32),
  bootTime: Instant,
  /** Head of the endpoint's own hash-chained log of runs. */
  auditHead: z.string().max(64),
});

/** Readings; the newest of a key replaces the older. A `full` snapshot replaces all that was known. */
export const Snapshot = z.strictObject({
  type: z.literal('snapshot'),
  full: z.boolean(),
  readings: z.array(Reading).max(2000),
  /** Keys that are no longer there (an unmounted filesystem). */
  gone: z.array(z.string().max(600)).max(2000),
});

export const Events = z.strictObject({
  type: z.literal('events'),
  events: z.array(AgentEvent).min(1).max(MAX_EVENTS_PER_FRAME),
});

/** Asks for one file of the catalogue. */
export const FetchFile = z.strictObject({
  type: z.literal('fetch'),
  id: z.number().int().min(0),
  path: FilePath,
});

export const Ping = z.strictObject({ type: z.literal('ping'), id: z.number().int().min(0) });

/** Asks for a new certificate for the key that this connection has proven. */
export const Renew = z.strictObject({ type: z.literal('renew') });

/** What an agent says. */
export const AgentMessage = z.discriminatedUnion('type', [Hello, Snapshot, Events, FetchFile, Ping, Renew]);
export type AgentMessage = z.infer<typeof AgentMessage>;

/** Answers hello: everything up to `ackedSeq` of this stream is committed. */
export const Welcome = z.strictObject({
  type: z.literal('welcome'),
  protocol: z.literal(PROTOCOL_VERSION),
  endpoint: z.string().max(64),
  ackedSeq: Seq,
  time: Instant,
  policy: Policy,
});

/** Everything up to `seq` is committed. */
export const Ack = z.strictObject({ type: z.literal('ack'), seq: Seq });

export const PolicyUpdate = z.strictObject({ type: z.literal('policy'), policy: Policy });

/** A warrant: the DSSE envelope's own bytes, in base64, so that what is verified is what was sent. */
export const WarrantOrder = z.strictObject({ type: z.literal('warrant'), envelope: z.base64().max(131_072) });

/** Answers a fetch: the file in base64, or null where there is none. */
export const FileContent = z.strictObject({
  type: z.literal('file'),
  id: z.number().int().min(0),
  content: z
    .base64()
    .max(Math.ceil(MAX_FILE_BYTES / 3) * 4)
    .nullable(),
});

export const Pong = z.strictObject({ type: z.literal('pong'), id: z.number().int().min(0) });

export const Renewed = z.strictObject({ type: z.literal('renewed'), certificate: z.string().max(16_384) });

/** The catalogue changed: an agent may refresh before a warrant asks for it. */
export const CatalogueChanged = z.strictObject({ type: z.literal('catalogue-changed') });

/** What a controller says. */
export const ControllerMessage = z.discriminatedUnion('type', [
  Welcome,
  Ack,
  PolicyUpdate,
  WarrantOrder,
  FileContent,
  Pong,
  Renewed,
  CatalogueChanged,
]);
export type ControllerMessage = z.infer<typeof ControllerMessage>;
