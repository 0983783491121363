-- What the gate decided on record. The names stand as they were asked; the references are there where they could be found.
CREATE TABLE gate_decision (
    id BLOB PRIMARY KEY NOT NULL,
    model_version_id BLOB REFERENCES model_version (id),
    team_id BLOB REFERENCES team (id),
    model TEXT NOT NULL,
    version TEXT NOT NULL,
    environment TEXT NOT NULL,
    digest TEXT,                          -- of what was to be deployed, where it was given
    allowed BOOLEAN NOT NULL,
    answer TEXT NOT NULL,                 -- JSON: the reasons, and what was looked at besides
    decided_at TEXT NOT NULL,
    decided_by BLOB NOT NULL,
    ledger_event BLOB NOT NULL
);
CREATE INDEX gate_decision_by_version ON gate_decision (model_version_id, id) WHERE model_version_id IS NOT NULL;
