import { z } from 'zod';
import { Policy } from '../protocol/policy.ts';
import { Instant, Reading } from '../readings/reading.ts';
import { Platform, RunbookClass } from '../runbook/manifest.ts';
import { Parameters } from '../runbook/parameters.ts';
import { Outcome, StepReport } from '../trust/report.ts';
import { Sha256 } from '../trust/warrant.ts';

/** Times in every resource are milliseconds since the epoch. */
export const Client = z.object({ id: z.string(), name: z.string() });
export const Site = z.object({ id: z.string(), client: z.string(), name: z.string() });

export const Severity = z.enum(['warning', 'critical']);

/** `waiting`: enrolled, and held until an operator approves it. */
export const EndpointStatus = z.enum(['online', 'offline', 'waiting', 'revoked']);

export const EndpointSummary = z.object({
  id: z.string(),
  hostname: z.string(),
  client: Client,
  site: Site,
  platform: Platform,
  arch: z.string(),
  agentVersion: z.string(),
  status: EndpointStatus,
  lastSeenAt: Instant.nullable(),
  openAlerts: z.number().int(),
  worst: Severity.nullable(),
});
export type EndpointSummary = z.infer<typeof EndpointSummary>;

export const AlertState = z.enum(['open', 'acknowledged', 'resolved']);

export const Alert = z.object({
  id: z.number().int(),
  endpoint: z.object({ id: z.string(), hostname: z.string() }).nullable(),
  client: Client,
  site: Site,
  condition: z.string(),
  title: z.string(),
  severity: Severity,
  subject: z.string(),
  description: z.string(),
  state: AlertState,
  /** Raised inside a maintenance window or under a site's outage: seen, and not acted on. */
  suppressed: z.enum(['maintenance', 'site-offline']).nullable(),
  raisedAt: Instant,
  acknowledgedAt: Instant.nullable(),
  acknowledgedBy: z.string().nullable(),
  resolvedAt: Instant.nullable(),
  /** How often the same fault was raised while this alert was open. */
  occurrences: z.number().int(),
  ticket: z.number().int().nullable(),
});
export type Alert = z.infer<typeof Alert>;

export const EndpointDetail = EndpointSummary.extend({
  bootAt: Instant.nullable(),
  enrolledAt: Instant,
  thumbprint: Sha256,
  readings: z.array(Reading),
  alerts: z.array(Alert),
  policy: Policy,
});
export type EndpointDetail = z.infer<typeof EndpointDetail>;

/** `waiting`: for a person's approval. `escalated`: a person must act. */
export const TicketState = z.enum(['open', 'waiting', 'escalated', 'closed']);

/** One line of a ticket's timeline, in plain words. `actor` is `millwright` or a person's name. */
export const TimelineEntry = z.object({
  id: z.number().int(),
  at: Instant,
  kind: z.enum([
    'opened',
    'evidence',
    'decision',
    'warrant',
    'run',
    'verified',
    'escalated',
    'comment',
    'closed',
    'reopened',
    'alert',
  ]),
  actor: z.string(),
  text: z.string(),
  /** Facts behind the line, for whoever wants to check it. */
  detail: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

export const TicketSummary = z.object({
  id: z.number().int(),
  subject: z.string(),
  state: TicketState,
  priority: z.enum(['P1', 'P2', 'P3', 'P4']),
  client: Client,
  site: Site,
  endpoint: z.object({ id: z.string(), hostname: z.string() }).nullable(),
  openedAt: Instant,
  updatedAt: Instant,
  closedAt: Instant.nullable(),
  /** Milliseconds from fault to verified fix, where Millwright fixed it. */
  fixedInMs: z.number().nullable(),
});
export type TicketSummary = z.infer<typeof TicketSummary>;

export const RemediationState = z.enum([
  'deciding',
  /** The kill switch is on, or a maintenance window is open. */
  'held',
  'shadowed',
  'proposed',
  'authorised',
  'dispatched',
  'running',
  'verifying',
  'resolved',
  /** It was resolved, and the fault came back while that was watched. */
  'relapsed',
  /** The endpoint did not run it, for a reason that passes: the next remediation of the alert orders it anew. */
  'postponed',
  /** The runbook changed nothing, since it must not or need not run here: the next remediation tries another. */
  'unsuitable',
  'abstained',
  'escalated',
  'withdrawn',
]);
export type RemediationState = z.infer<typeof RemediationState>;

/** What the chooser answered, and why. */
export const Decision = z.object({
  id: z.number().int(),
  at: Instant,
  chooser: z.enum(['builtin', 'openai']),
  model: z.string().nullable(),
  /** Set where another chooser was asked first and could not answer. */
  fellBackFrom: z.string().nullable(),
  candidates: z.array(z.string()),
  runbook: z.string().nullable(),
  parameters: Parameters,
  reason: z.string(),
  ms: z.number(),
});
export type Decision = z.infer<typeof Decision>;

export const Run = z.object({
  warrant: z.uuid(),
  runbook: z.string(),
  runbookVersion: z.number().int(),
  endpoint: z.object({ id: z.string(), hostname: z.string() }),
  state: z.enum(['sent', 'accepted', 'checking', 'fixing', 'verifying', 'rolling-back', 'ended', 'lost']),
  sentAt: Instant,
  endedAt: Instant.nullable(),
  result: Outcome.nullable(),
  steps: z.array(StepReport),
});
export type Run = z.infer<typeof Run>;

export const TicketDetail = TicketSummary.extend({
  alerts: z.array(Alert),
  timeline: z.array(TimelineEntry),
  decisions: z.array(Decision),
  runs: z.array(Run),
});
export type TicketDetail = z.infer<typeof TicketDetail>;

/** A fix that waits for a person: exactly what would run, where, and why. */
export const Approval = z.object({
  remediation: z.number().int(),
  ticket: z.number().int(),
  alert: z.number().int(),
  endpoint: z.object({ id: z.string(), hostname: z.string() }),
  client: Client,
  runbook: z.string(),
  runbookVersion: z.number().int(),
  title: z.string(),
  class: RunbookClass,
  /** Technicians' signatures still needed, and who has signed; 0 and nobody where an operator's yes is enough. */
  signaturesNeeded: z.number().int(),
  signedBy: z.array(z.string()),
  parameters: Parameters,
  reason: z.string(),
  /** The scripts, by file name, as they would run. */
  files: z.record(z.string(), z.string()),
  proposedAt: Instant,
  expiresAt: Instant,
});
export type Approval = z.infer<typeof Approval>;

export const Mode = z.enum(['off', 'shadow', 'suggest', 'autonomous']);
export type Mode = z.infer<typeof Mode>;

export const RunbookSummary = z.object({
  id: z.string(),
  version: z.number().int(),
  title: z.string(),
  summary: z.string(),
  class: RunbookClass,
  platforms: z.array(Platform),
  conditions: z.array(z.string()),
  /** Mode for each client that has one of its own, and for `*` (all others). */
  modes: z.record(z.string(), Mode),
});
export type RunbookSummary = z.infer<typeof RunbookSummary>;

/** The kill switch, while it is on. */
export const KillSwitch = z.object({ by: z.string(), at: Instant, reason: z.string() });
export type KillSwitch = z.infer<typeof KillSwitch>;

/** The fleet at a glance. */
export const Fleet = z.object({
  endpoints: z.object({ online: z.number().int(), offline: z.number().int(), waiting: z.number().int() }),
  alerts: z.object({ critical: z.number().int(), warning: z.number().int() }),
  tickets: z.object({ open: z.number().int(), waiting: z.number().int(), escalated: z.number().int() }),
  /** In the last 24 hours. */
  today: z.object({
    faults: z.number().int(),
    fixedAlone: z.number().int(),
    byPeople: z.number().int(),
    medianFixMs: z.number().nullable(),
  }),
  /** While nothing runs: who stopped everything, when, and why. */
  killSwitch: KillSwitch.nullable(),
  /** Room for the controller's data. `little`: time to act; `too-little`: events may soon not be taken in. */
  storage: z.object({
    freeBytes: z.number().int(),
    totalBytes: z.number().int(),
    room: z.enum(['enough', 'little', 'too-little']),
  }),
  catalogue: z.object({ runbooks: z.number().int(), expiresAt: Instant.nullable() }),
});
export type Fleet = z.infer<typeof Fleet>;

export const Role = z.enum(['viewer', 'technician', 'owner']);
export type Role = z.infer<typeof Role>;

export const Me = z.object({ name: z.string(), role: Role });
export type Me = z.infer<typeof Me>;
