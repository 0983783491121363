-- Findings are about three things: uses of data, control (what runs past those who decide) and operations (what monitors
-- report). SQLite cannot take NOT NULL away from a column, so the table is written anew; nothing refers to it.
CREATE TABLE finding_of_all_kinds (
    id BLOB PRIMARY KEY NOT NULL,
    about TEXT NOT NULL,                  -- data, control, operations
    usage_id BLOB REFERENCES data_usage (id), -- where it is about data
    model_version_id BLOB REFERENCES model_version (id), -- what runs, where it is about control or operations
    environment TEXT,                     -- where that runs
    subject_key TEXT,                     -- at most one of a key is not settled; absent where it is about data
    team_id BLOB NOT NULL REFERENCES team (id),
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL,                  -- JSON: where it stands and since when
    state_name TEXT NOT NULL,             -- the state's name, for searching
    accepted_until TEXT,                  -- the last day of an accepted risk, for searching
    found_at TEXT NOT NULL,
    reported_by BLOB,                     -- the machine that reported it, where one did
    over_at TEXT,                         -- since when it is reported as over; that closes nothing
    closed_at TEXT,                       -- when it was settled, for searching by period
    revision BIGINT NOT NULL,
    UNIQUE (usage_id, kind)
);
INSERT INTO finding_of_all_kinds (id, about, usage_id, team_id, kind, severity, message, state, state_name, accepted_until,
    found_at, closed_at, revision)
SELECT id, 'data', usage_id, team_id, kind, severity, message, state, state_name, accepted_until, found_at,
    CASE state_name WHEN 'resolved' THEN replace(json_extract(state, '$.at'), 'Z', '+00:00') END, revision
FROM finding;
DROP TABLE finding;
ALTER TABLE finding_of_all_kinds RENAME TO finding;
CREATE INDEX finding_by_team ON finding (team_id, state_name, found_at);
CREATE INDEX finding_by_acceptance ON finding (accepted_until) WHERE accepted_until IS NOT NULL;
CREATE INDEX finding_by_version ON finding (model_version_id) WHERE model_version_id IS NOT NULL;
CREATE UNIQUE INDEX finding_unsettled_by_key ON finding (subject_key)
    WHERE subject_key IS NOT NULL AND state_name <> 'resolved';
