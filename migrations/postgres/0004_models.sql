CREATE TABLE model (
    id            UUID PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    team_id       UUID NOT NULL REFERENCES team (id),
    registered_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX model_by_team ON model (team_id, name);

CREATE TABLE model_version (
    id              UUID PRIMARY KEY,
    model_id        UUID NOT NULL REFERENCES model (id),
    version         TEXT NOT NULL,
    artefact_digest TEXT NOT NULL,
    registered_at   TIMESTAMPTZ NOT NULL,
    UNIQUE (model_id, version)
);

-- What pipelines reported. `ledger_event` is the entry of the report, from which its receipt is made again.
CREATE TABLE approval_event (
    id               UUID PRIMARY KEY,
    model_version_id UUID NOT NULL REFERENCES model_version (id),
    environment      TEXT NOT NULL,
    decision         TEXT NOT NULL CHECK (decision IN ('approved', 'rejected')),
    decided_by       TEXT NOT NULL,
    decided_by_name  TEXT,
    reason           TEXT,
    provider         TEXT,
    run_url          TEXT,
    source_commit    TEXT,
    occurred_at      TIMESTAMPTZ NOT NULL,
    received_at      TIMESTAMPTZ NOT NULL,
    reported_by      UUID NOT NULL,
    ledger_event     UUID NOT NULL UNIQUE
);
CREATE INDEX approval_event_by_version ON approval_event (model_version_id, received_at);
CREATE INDEX approval_event_by_time ON approval_event (received_at);
