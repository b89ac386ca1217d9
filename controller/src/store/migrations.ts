/** Each entry brings the schema from one version to the next; what stands here is never edited, only added to. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE clients (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE sites (id TEXT PRIMARY KEY, client TEXT NOT NULL REFERENCES clients (id), name TEXT NOT NULL) STRICT;

  CREATE TABLE endpoints (
    id TEXT PRIMARY KEY,
    client TEXT NOT NULL REFERENCES clients (id),
    site TEXT NOT NULL REFERENCES sites (id),
    hostname TEXT NOT NULL,
    platform TEXT NOT NULL,
    arch TEXT NOT NULL,
    agent_version TEXT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('enrolled', 'waiting', 'revoked')),
    connected INTEGER NOT NULL DEFAULT 0,
    thumbprint TEXT NOT NULL UNIQUE,
    public_key TEXT NOT NULL,
    enrolled_at INTEGER NOT NULL,
    last_seen_at INTEGER,
    boot_at INTEGER,
    stream TEXT,
    last_seq INTEGER NOT NULL DEFAULT 0,
    audit_head TEXT NOT NULL DEFAULT '',
    warrant_sequence INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE enrolment_tokens (
    hash TEXT PRIMARY KEY,
    client TEXT NOT NULL,
    site TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    used_by TEXT
  ) STRICT;
  CREATE TABLE certificates (
    serial TEXT PRIMARY KEY, endpoint TEXT NOT NULL REFERENCES endpoints (id), not_after INTEGER NOT NULL, revoked_at INTEGER
  ) STRICT;

  CREATE TABLE readings (
    endpoint TEXT NOT NULL REFERENCES endpoints (id), key TEXT NOT NULL, at INTEGER NOT NULL, reading TEXT NOT NULL,
    PRIMARY KEY (endpoint, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    endpoint TEXT NOT NULL,
    stream TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (endpoint, stream, seq)
  ) STRICT;
  CREATE TABLE cursors (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;

  CREATE TABLE alerts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL,
    endpoint TEXT,
    client TEXT NOT NULL,
    site TEXT NOT NULL,
    condition TEXT NOT NULL,
    title TEXT NOT NULL,
    severity TEXT NOT NULL,
    subject TEXT NOT NULL,
    description TEXT NOT NULL,
    state TEXT NOT NULL,
    suppressed TEXT,
    raised_at INTEGER NOT NULL,
    acknowledged_at INTEGER,
    acknowledged_by TEXT,
    resolved_at INTEGER,
    occurrences INTEGER NOT NULL DEFAULT 1,
    ticket INTEGER,
    evidence TEXT NOT NULL,
    evidence_sha256 TEXT
  ) STRICT;
  -- One standing alert for a fault, however often it is told.
  CREATE UNIQUE INDEX alerts_standing ON alerts (fingerprint) WHERE state <> 'resolved';
  CREATE INDEX alerts_by_endpoint ON alerts (endpoint, state);
  CREATE INDEX alerts_by_ticket ON alerts (ticket);

  CREATE TABLE tickets (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    state TEXT NOT NULL,
    priority TEXT NOT NULL,
    client TEXT NOT NULL,
    site TEXT NOT NULL,
    endpoint TEXT,
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    closed_at INTEGER,
    fixed_in_ms INTEGER
  ) STRICT;
  CREATE INDEX tickets_by_state ON tickets (state, updated_at);
  CREATE INDEX tickets_by_endpoint ON tickets (endpoint, opened_at);
  CREATE TABLE timeline (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ticket INTEGER NOT NULL REFERENCES tickets (id),
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    text TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX timeline_by_ticket ON timeline (ticket, id);

  CREATE TABLE remediations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    alert INTEGER NOT NULL REFERENCES alerts (id),
    ticket INTEGER NOT NULL REFERENCES tickets (id),
    endpoint TEXT NOT NULL,
    client TEXT NOT NULL,
    condition TEXT NOT NULL,
    state TEXT NOT NULL,
    runbook TEXT,
    runbook_version INTEGER,
    runbook_sha256 TEXT,
    parameters TEXT NOT NULL DEFAULT '{}',
    decision INTEGER,
    authorised_by TEXT,
    warrant TEXT UNIQUE,
    deadline_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX remediations_by_state ON remediations (state, endpoint);
  CREATE INDEX remediations_by_alert ON remediations (alert);
  CREATE TABLE decisions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    remediation INTEGER NOT NULL REFERENCES remediations (id),
    ticket INTEGER NOT NULL,
    at INTEGER NOT NULL,
    chooser TEXT NOT NULL,
    model TEXT,
    prompt_sha256 TEXT,
    fell_back_from TEXT,
    candidates TEXT NOT NULL,
    runbook TEXT,
    parameters TEXT NOT NULL,
    reason TEXT NOT NULL,
    ms REAL NOT NULL
  ) STRICT;
  CREATE INDEX decisions_by_ticket ON decisions (ticket);
  CREATE TABLE runs (
    warrant TEXT PRIMARY KEY,
    remediation INTEGER REFERENCES remediations (id),
    ticket INTEGER,
    endpoint TEXT NOT NULL,
    runbook TEXT NOT NULL,
    runbook_version INTEGER NOT NULL,
    envelope TEXT NOT NULL,
    expires_at INTEGER NOT NULL,
    state TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    ended_at INTEGER,
    report TEXT,
    result TEXT,
    steps TEXT NOT NULL DEFAULT '[]'
  ) STRICT;
  CREATE INDEX runs_by_endpoint ON runs (endpoint, state);
  CREATE INDEX runs_by_ticket ON runs (ticket);

  CREATE TABLE modes (
    runbook TEXT NOT NULL, client TEXT NOT NULL, mode TEXT NOT NULL CHECK (mode IN ('off', 'shadow', 'suggest', 'autonomous')),
    PRIMARY KEY (runbook, client)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE policies (
    scope TEXT NOT NULL, scope_id TEXT NOT NULL, policy TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (scope, scope_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE maintenance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope TEXT NOT NULL,
    scope_id TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL
  ) STRICT;

  CREATE TABLE users (name TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT, created_at INTEGER NOT NULL) STRICT;
  CREATE TABLE sessions (hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users (name), expires_at INTEGER NOT NULL) STRICT;
  CREATE TABLE sign_in_links (
    hash TEXT PRIMARY KEY, user TEXT NOT NULL REFERENCES users (name), expires_at INTEGER NOT NULL, used_at INTEGER
  ) STRICT;
  CREATE TABLE api_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER
  ) STRICT;

  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  `,
  `
  -- The order that technicians are asked to sign for a remediation; the newest one only.
  CREATE TABLE drafts (
    remediation INTEGER PRIMARY KEY REFERENCES remediations (id),
    warrant TEXT NOT NULL UNIQUE,
    payload TEXT NOT NULL,
    signatures TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT;
  `,
  `
  -- How far the events of each outbox were cleared away: one that is sent again is known by it.
  CREATE TABLE cleared_events (
    endpoint TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (endpoint, stream)
  ) STRICT, WITHOUT ROWID;
  -- What is cleared away takes all that hangs on it along.
  CREATE INDEX remediations_by_ticket ON remediations (ticket);
  CREATE INDEX decisions_by_remediation ON decisions (remediation);
  CREATE INDEX runs_by_remediation ON runs (remediation);
  CREATE INDEX tickets_by_closing ON tickets (closed_at) WHERE closed_at IS NOT NULL;
  CREATE INDEX alerts_without_ticket ON alerts (resolved_at) WHERE ticket IS NULL AND resolved_at IS NOT NULL;
  CREATE INDEX runs_without_ticket ON runs (sent_at) WHERE ticket IS NULL;
  -- The lists' own orders, so that a page of a long one is as quick as of a short one.
  CREATE INDEX alerts_in_order ON alerts (state = 'resolved', -raised_at, -id);
  CREATE INDEX tickets_in_order ON tickets (
    CASE state WHEN 'escalated' THEN 0 WHEN 'waiting' THEN 1 WHEN 'open' THEN 2 ELSE 3 END, -updated_at, -id
  );
  CREATE INDEX alerts_by_raising ON alerts (raised_at);
  `,
  `
  -- Work that waits for its moment, and how long a fix is watched.
  ALTER TABLE remediations ADD COLUMN not_before INTEGER;
  ALTER TABLE remediations ADD COLUMN watched_until INTEGER;
  -- Whether a fault stands, or stood lately, is asked with every event.
  CREATE INDEX alerts_by_fingerprint ON alerts (fingerprint, id);
  `,
  `
  -- The kill switch says who turned it on, when and why; off, it is no setting.
  UPDATE settings SET value = coalesce(
    (SELECT json_object('by', actor, 'at', at, 'reason', coalesce(detail ->> 'reason', ''))
     FROM audit WHERE action = 'kill-switch-on' ORDER BY seq DESC LIMIT 1),
    json_object('by', 'millwright', 'at', unixepoch() * 1000, 'reason', 'not recorded')
  ) WHERE key = 'kill-switch' AND value = 'true';
  DELETE FROM settings WHERE key = 'kill-switch' AND value = 'false';
  `,
  `
  -- What stands is little, and is looked through each second; what is over is much.
  CREATE INDEX alerts_still_standing ON alerts (id) WHERE state <> 'resolved';
  CREATE INDEX alerts_suppressed ON alerts (id) WHERE suppressed IS NOT NULL AND state <> 'resolved';
  `,
  `
  -- Asked inside each decision and dispatch: what ran on an endpoint lately.
  CREATE INDEX runs_by_sending ON runs (endpoint, sent_at);
  `,
  `
  -- An endpoint's key is what counts. A list of its certificates was wrong after each restored backup, and grew for ever.
  DROP TABLE certificates;
  `,
];
