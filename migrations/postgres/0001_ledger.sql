-- The ledger. Nothing in audit_entry, audit_tile, audit_head and audit_checkpoint is ever changed or removed; the
-- triggers stop accidents, the proofs stop people. Every table carries log_id: recovery starts a second log beside the
-- first. Hashes are 32 bytes.

CREATE TABLE audit_log (
  log_id     BIGINT PRIMARY KEY,
  instance   UUID NOT NULL UNIQUE,
  origin     TEXT NOT NULL UNIQUE,
  vkey       TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL
);

-- Written inside the business transaction, emptied by the sequencer.
CREATE TABLE audit_outbox (
  id       BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  log_id   BIGINT NOT NULL REFERENCES audit_log,
  event_id UUID NOT NULL UNIQUE,
  leaf     BYTEA NOT NULL
);

-- leaf is the truth; the columns after leaf_hash repeat it for searching.
CREATE TABLE audit_entry (
  log_id          BIGINT NOT NULL REFERENCES audit_log,
  idx             BIGINT NOT NULL,
  event_id        UUID NOT NULL UNIQUE,
  leaf            BYTEA NOT NULL,
  leaf_hash       BYTEA NOT NULL,
  ts              TIMESTAMPTZ NOT NULL,
  actor_kind      TEXT NOT NULL,
  actor           UUID NOT NULL,
  action          TEXT NOT NULL,
  subject_type    TEXT NOT NULL,
  subject         TEXT NOT NULL,
  subject_version TEXT,
  team            UUID,
  outcome         TEXT NOT NULL,
  PRIMARY KEY (log_id, idx)
);
CREATE INDEX audit_entry_ts ON audit_entry (log_id, ts, idx);
CREATE INDEX audit_entry_actor ON audit_entry (log_id, actor, idx);
CREATE INDEX audit_entry_action ON audit_entry (log_id, action, idx);
CREATE INDEX audit_entry_subject ON audit_entry (log_id, subject, idx);
CREATE INDEX audit_entry_team ON audit_entry (log_id, team, idx);

-- Salts and values behind the commitments of a leaf. The only erasable part.
CREATE TABLE audit_disclosure (
  log_id   BIGINT NOT NULL REFERENCES audit_log,
  event_id UUID NOT NULL,
  field    TEXT NOT NULL,
  salt     BYTEA NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (event_id, field)
);

-- Full tiles of 256 hashes; partial ones are derived.
CREATE TABLE audit_tile (
  log_id BIGINT NOT NULL REFERENCES audit_log,
  level  BIGINT NOT NULL,
  n      BIGINT NOT NULL,
  hashes BYTEA NOT NULL,
  PRIMARY KEY (log_id, level, n)
);

-- One row per batch. The unique prev_size stops a fork even if locking fails.
CREATE TABLE audit_head (
  log_id    BIGINT NOT NULL REFERENCES audit_log,
  size      BIGINT NOT NULL,
  prev_size BIGINT NOT NULL,
  root      BYTEA NOT NULL,
  frontier  BYTEA NOT NULL,
  PRIMARY KEY (log_id, size),
  UNIQUE (log_id, prev_size),
  CHECK (size > prev_size)
);

CREATE TABLE audit_checkpoint (
  log_id BIGINT NOT NULL REFERENCES audit_log,
  size   BIGINT NOT NULL,
  note   TEXT NOT NULL,
  PRIMARY KEY (log_id, size)
);

CREATE TABLE audit_cosignature (
  log_id BIGINT NOT NULL REFERENCES audit_log,
  size   BIGINT NOT NULL,
  key_id BYTEA NOT NULL,
  line   TEXT NOT NULL,
  PRIMARY KEY (log_id, size, key_id)
);

CREATE FUNCTION audit_never_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is never changed', TG_TABLE_NAME;
END $$;

-- ENABLE ALWAYS: session_replication_role = replica does not switch these off.
DO $$
DECLARE
  guarded TEXT;
BEGIN
  FOREACH guarded IN ARRAY ARRAY['audit_log', 'audit_entry', 'audit_tile', 'audit_head', 'audit_checkpoint'] LOOP
    EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION audit_never_changed()',
                   guarded || '_no_change', guarded);
    EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION audit_never_changed()',
                   guarded || '_no_truncate', guarded);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', guarded, guarded || '_no_change');
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER %I', guarded, guarded || '_no_truncate');
  END LOOP;
END $$;
