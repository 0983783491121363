CREATE TABLE model (
    id            BLOB PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    team_id       BLOB NOT NULL REFERENCES team (id),
    registered_at TEXT NOT NULL
);
CREATE INDEX model_by_team ON model (team_id, name);

CREATE TABLE model_version (
    id              BLOB PRIMARY KEY,
    model_id        BLOB NOT NULL REFERENCES model (id),
    version         TEXT NOT NULL,
    artefact_digest TEXT NOT NULL,
    registered_at   TEXT NOT NULL,
    UNIQUE (model_id, version)
);

-- What pipelines reported. `ledger_event` is the entry of the report, from which its receipt is made again.
CREATE TABLE approval_event (
    id               BLOB PRIMARY KEY,
    model_version_id BLOB NOT NULL REFERENCES model_version (id),
    environment      TEXT NOT NULL,
    decision         TEXT NOT NULL CHECK (decision IN ('approved', 'rejected')),
    decided_by       TEXT NOT NULL,
    decided_by_name  TEXT,
    reason           TEXT,
    provider         TEXT,
    run_url          TEXT,
    source_commit    TEXT,
    occurred_at      TEXT NOT NULL,
    received_at      TEXT NOT NULL,
    reported_by      BLOB NOT NULL,
    ledger_event     BLOB NOT NULL UNIQUE
);
CREATE INDEX approval_event_by_version ON approval_event (model_version_id, received_at);
CREATE INDEX approval_event_by_time ON approval_event (received_at);
