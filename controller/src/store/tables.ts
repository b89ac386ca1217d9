import type { Generated } from 'kysely';

/** JSON text; what it holds is parsed by the reader with the schema named beside it. */
type Json = string;
/** Milliseconds since the epoch. */
type Instant = number;
type Flag = 0 | 1;

export interface Tables {
  settings: { key: string; value: Json };
  clients: { id: string; name: string };
  sites: { id: string; client: string; name: string };

  endpoints: {
    id: string;
    client: string;
    site: string;
    hostname: string;
    platform: string;
    arch: string;
    agentVersion: string;
    /** enrolled, waiting (for an operator's approval), revoked */
    standing: 'enrolled' | 'waiting' | 'revoked';
    connected: Flag;
    /** SHA-256 of the public key, and the key itself (SPKI, base64). */
    thumbprint: string;
    publicKey: string;
    enrolledAt: Instant;
    lastSeenAt: Instant | null;
    bootAt: Instant | null;
    /** The agent's outbox, and the last of its events that is committed here. */
    stream: string | null;
    lastSeq: number;
    auditHead: string;
    /** The sequence number of the last warrant made for it. */
    warrantSequence: number;
  };
  enrolmentTokens: {
    hash: string;
    client: string;
    site: string;
    createdAt: Instant;
    expiresAt: Instant;
    usedAt: Instant | null;
    usedBy: string | null;
  };

  /** Newest reading of each key. `reading` is a shared `Reading`. */
  readings: { endpoint: string; key: string; at: Instant; reading: Json };
  /** Every event as it came; `body` is a shared `EventBody`. */
  events: {
    id: Generated<number>;
    endpoint: string;
    stream: string;
    seq: number;
    at: Instant;
    receivedAt: Instant;
    body: Json;
  };
  /** The last event of each outbox that was cleared away. */
  clearedEvents: { endpoint: string; stream: string; seq: number };
  /** How far a consumer of `events` has come. */
  cursors: { name: string; position: number };

  alerts: {
    id: Generated<number>;
    fingerprint: string;
    endpoint: string | null;
    client: string;
    site: string;
    condition: string;
    title: string;
    severity: 'warning' | 'critical';
    subject: string;
    description: string;
    state: 'open' | 'acknowledged' | 'resolved';
    suppressed: 'maintenance' | 'site-offline' | null;
    raisedAt: Instant;
    acknowledgedAt: Instant | null;
    acknowledgedBy: string | null;
    resolvedAt: Instant | null;
    occurrences: number;
    ticket: number | null;
    /** Frozen readings, and their hash. */
    evidence: Json;
    evidenceSha256: string | null;
  };

  tickets: {
    id: Generated<number>;
    subject: string;
    state: 'open' | 'waiting' | 'escalated' | 'closed';
    priority: 'P1' | 'P2' | 'P3' | 'P4';
    client: string;
    site: string;
    endpoint: string | null;
    openedAt: Instant;
    updatedAt: Instant;
    closedAt: Instant | null;
    fixedInMs: number | null;
  };
  timeline: {
    id: Generated<number>;
    ticket: number;
    at: Instant;
    kind: string;
    actor: string;
    text: string;
    detail: Json;
  };

  remediations: {
    id: Generated<number>;
    alert: number;
    ticket: number;
    endpoint: string;
    client: string;
    condition: string;
    state: string;
    runbook: string | null;
    runbookVersion: number | null;
    runbookSha256: string | null;
    parameters: Json;
    decision: number | null;
    /** Who let it run: `autonomous`, or a person's name. */
    authorisedBy: string | null;
    warrant: string | null;
    /** When the present state is given up. */
    deadlineAt: Instant | null;
    /** Authorised work is not sent before. */
    notBefore: Instant | null;
    /** How long it is watched whether a resolved fault comes back: `resolved` after this has held. */
    watchedUntil: Instant | null;
    createdAt: Instant;
    updatedAt: Instant;
  };
  decisions: {
    id: Generated<number>;
    remediation: number;
    ticket: number;
    at: Instant;
    chooser: 'builtin' | 'openai';
    model: string | null;
    promptSha256: string | null;
    fellBackFrom: string | null;
    candidates: Json;
    runbook: string | null;
    parameters: Json;
    reason: string;
    ms: number;
  };
  runs: {
    warrant: string;
    remediation: number | null;
    ticket: number | null;
    endpoint: string;
    runbook: string;
    runbookVersion: number;
    /** The signed envelope, in base64, exactly as sent. */
    envelope: string;
    expiresAt: Instant;
    state: 'sent' | 'accepted' | 'checking' | 'fixing' | 'verifying' | 'rolling-back' | 'ended' | 'lost';
    sentAt: Instant;
    endedAt: Instant | null;
    /** The endpoint's signed report (a DSSE envelope), and its parts. */
    report: Json | null;
    result: Json | null;
    steps: Json;
  };
  /** The order that technicians are asked to sign for a remediation: the newest one only. */
  drafts: {
    remediation: number;
    warrant: string;
    /** A shared `Warrant`, in base64, exactly as it is signed. */
    payload: string;
    /** Technicians' signatures over it, as a shared `Envelope` carries them. */
    signatures: Json;
    createdAt: Instant;
    expiresAt: Instant;
  };

  /** Mode of a runbook for a client (`*`: all others). */
  modes: { runbook: string; client: string; mode: 'off' | 'shadow' | 'suggest' | 'autonomous' };
  /** Policy (a shared `Policy` without its version) for everything, a client, a site or an endpoint. */
  policies: { scope: 'all' | 'client' | 'site' | 'endpoint'; scopeId: string; policy: Json; version: number };
  maintenance: {
    id: Generated<number>;
    scope: 'client' | 'site' | 'endpoint';
    scopeId: string;
    startsAt: Instant;
    endsAt: Instant;
    reason: string;
    createdBy: string;
  };

  users: {
    name: string;
    role: 'viewer' | 'technician' | 'owner';
    password: string | null;
    createdAt: Instant;
  };
  sessions: { hash: string; user: string; expiresAt: Instant };
  signInLinks: { hash: string; user: string; expiresAt: Instant; usedAt: Instant | null };
  apiTokens: {
    id: Generated<number>;
    hash: string;
    name: string;
    role: 'viewer' | 'technician' | 'owner';
    createdAt: Instant;
    expiresAt: Instant;
    revokedAt: Instant | null;
  };

  /** Append-only, hash-chained. */
  audit: {
    seq: number;
    at: Instant;
    actor: string;
    action: string;
    subject: string;
    detail: Json;
    hash: string;
  };
}
