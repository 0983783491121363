-- The ledger. Nothing in audit_entry, audit_tile, audit_head and audit_checkpoint is ever changed or removed; the
-- triggers stop accidents, the proofs stop people. Every table carries log_id: recovery starts a second log beside the
-- first. Hashes are 32 bytes, times RFC 3339 text, UUIDs 16 bytes.

CREATE TABLE audit_log (
  log_id     INTEGER PRIMARY KEY,
  instance   BLOB NOT NULL UNIQUE,
  origin     TEXT NOT NULL UNIQUE,
  vkey       TEXT NOT NULL,
  created_at TEXT NOT NULL
) STRICT;

-- Written inside the business transaction, emptied by the sequencer.
CREATE TABLE audit_outbox (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  log_id   INTEGER NOT NULL REFERENCES audit_log,
  event_id BLOB NOT NULL UNIQUE,
  leaf     BLOB NOT NULL
) STRICT;

-- leaf is the truth; the columns after leaf_hash repeat it for searching.
CREATE TABLE audit_entry (
  log_id          INTEGER NOT NULL REFERENCES audit_log,
  idx             INTEGER NOT NULL,
  event_id        BLOB NOT NULL UNIQUE,
  leaf            BLOB NOT NULL,
  leaf_hash       BLOB NOT NULL,
  ts              TEXT NOT NULL,
  actor_kind      TEXT NOT NULL,
  actor           BLOB NOT NULL,
  action          TEXT NOT NULL,
  subject_type    TEXT NOT NULL,
  subject         TEXT NOT NULL,
  subject_version TEXT,
  team            BLOB,
  outcome         TEXT NOT NULL,
  PRIMARY KEY (log_id, idx)
) STRICT;
CREATE INDEX audit_entry_ts ON audit_entry (log_id, ts, idx);
CREATE INDEX audit_entry_actor ON audit_entry (log_id, actor, idx);
CREATE INDEX audit_entry_action ON audit_entry (log_id, action, idx);
CREATE INDEX audit_entry_subject ON audit_entry (log_id, subject, idx);
CREATE INDEX audit_entry_team ON audit_entry (log_id, team, idx);

-- Salts and values behind the commitments of a leaf. The only erasable part.
CREATE TABLE audit_disclosure (
  log_id   INTEGER NOT NULL REFERENCES audit_log,
  event_id BLOB NOT NULL,
  field    TEXT NOT NULL,
  salt     BLOB NOT NULL,
  value    TEXT NOT NULL,
  PRIMARY KEY (event_id, field)
) STRICT;

-- Full tiles of 256 hashes; partial ones are derived.
CREATE TABLE audit_tile (
  log_id INTEGER NOT NULL REFERENCES audit_log,
  level  INTEGER NOT NULL,
  n      INTEGER NOT NULL,
  hashes BLOB NOT NULL,
  PRIMARY KEY (log_id, level, n)
) STRICT;

-- One row per batch. The unique prev_size stops a fork even if locking fails.
CREATE TABLE audit_head (
  log_id    INTEGER NOT NULL REFERENCES audit_log,
  size      INTEGER NOT NULL,
  prev_size INTEGER NOT NULL,
  root      BLOB NOT NULL,
  frontier  BLOB NOT NULL,
  PRIMARY KEY (log_id, size),
  UNIQUE (log_id, prev_size),
  CHECK (size > prev_size)
) STRICT;

CREATE TABLE audit_checkpoint (
  log_id INTEGER NOT NULL REFERENCES audit_log,
  size   INTEGER NOT NULL,
  note   TEXT NOT NULL,
  PRIMARY KEY (log_id, size)
) STRICT;

CREATE TABLE audit_cosignature (
  log_id INTEGER NOT NULL REFERENCES audit_log,
  size   INTEGER NOT NULL,
  key_id BLOB NOT NULL,
  line   TEXT NOT NULL,
  PRIMARY KEY (log_id, size, key_id)
) STRICT;

-- INSERT OR REPLACE slips past a DELETE trigger unless recursive_triggers is on; these hold even without it.
CREATE TRIGGER audit_entry_append BEFORE INSERT ON audit_entry
WHEN NEW.idx IS NOT (SELECT coalesce(max(idx) + 1, 0) FROM audit_entry WHERE log_id = NEW.log_id)
  OR EXISTS (SELECT 1 FROM audit_entry WHERE event_id = NEW.event_id)
BEGIN SELECT RAISE(ABORT, 'audit_entry: only the next entry of a new event can be added'); END;
CREATE TRIGGER audit_head_append BEFORE INSERT ON audit_head
WHEN NEW.prev_size IS NOT (SELECT coalesce(max(size), 0) FROM audit_head WHERE log_id = NEW.log_id)
BEGIN SELECT RAISE(ABORT, 'audit_head: a head must follow the last one'); END;
CREATE TRIGGER audit_tile_append BEFORE INSERT ON audit_tile
WHEN NEW.n IS NOT (SELECT coalesce(max(n) + 1, 0) FROM audit_tile WHERE log_id = NEW.log_id AND level = NEW.level)
BEGIN SELECT RAISE(ABORT, 'audit_tile: only the next tile of a level can be added'); END;

CREATE TRIGGER audit_log_no_update BEFORE UPDATE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is never changed'); END;
CREATE TRIGGER audit_log_no_delete BEFORE DELETE ON audit_log
BEGIN SELECT RAISE(ABORT, 'audit_log is never changed'); END;
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit_entry is never changed'); END;
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'audit_entry is never changed'); END;
CREATE TRIGGER audit_tile_no_update BEFORE UPDATE ON audit_tile
BEGIN SELECT RAISE(ABORT, 'audit_tile is never changed'); END;
CREATE TRIGGER audit_tile_no_delete BEFORE DELETE ON audit_tile
BEGIN SELECT RAISE(ABORT, 'audit_tile is never changed'); END;
CREATE TRIGGER audit_head_no_update BEFORE UPDATE ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit_head is never changed'); END;
CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head
BEGIN SELECT RAISE(ABORT, 'audit_head is never changed'); END;
CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is never changed'); END;
CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'audit_checkpoint is never changed'); END;
