-- Questionnaires: a published version never changes, so its text stands here as it was published.
CREATE TABLE questionnaire (
    id           TEXT NOT NULL,
    version      TEXT NOT NULL,
    title        TEXT NOT NULL,
    bank_sha256  TEXT NOT NULL,
    source       TEXT NOT NULL,
    published_at TEXT NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE assessment (
    id                BLOB PRIMARY KEY,
    team_id           BLOB NOT NULL REFERENCES team (id),
    title             TEXT NOT NULL,
    questionnaire     TEXT NOT NULL,
    version           TEXT NOT NULL,
    profile           TEXT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'locked')),
    revision          INTEGER NOT NULL,
    carried_over_from BLOB REFERENCES assessment (id),
    started_by        BLOB NOT NULL,
    started_at        TEXT NOT NULL,
    submitted_by      BLOB,
    submitted_at      TEXT,
    FOREIGN KEY (questionnaire, version) REFERENCES questionnaire (id, version)
);
CREATE INDEX assessment_by_team ON assessment (team_id, started_at);

-- What was locked, revision by revision: the scored input and the result as bytes that never change.
CREATE TABLE assessment_snapshot (
    assessment_id BLOB NOT NULL REFERENCES assessment (id),
    revision      INTEGER NOT NULL,
    as_of         TEXT NOT NULL,
    input_sha256  TEXT NOT NULL,
    input         TEXT NOT NULL,
    result        TEXT NOT NULL,
    claimed       INTEGER NOT NULL,
    supported     INTEGER NOT NULL,
    locked_by     BLOB NOT NULL,
    locked_at     TEXT NOT NULL,
    PRIMARY KEY (assessment_id, revision)
);

-- One row an answered question. `revision` counts the changes and is what If-Match compares.
CREATE TABLE answer (
    assessment_id    BLOB NOT NULL REFERENCES assessment (id),
    code             TEXT NOT NULL,
    value            TEXT,
    na_reason        TEXT,
    na_justification TEXT,
    na_decision      TEXT CHECK (na_decision IN ('approved', 'declined')),
    na_decided_by    BLOB,
    na_decided_at    TEXT,
    na_note          TEXT,
    comment          TEXT NOT NULL,
    answered_by      BLOB NOT NULL,
    answered_at      TEXT NOT NULL,
    revision         INTEGER NOT NULL,
    PRIMARY KEY (assessment_id, code)
);

CREATE TABLE evidence (
    id             BLOB PRIMARY KEY,
    assessment_id  BLOB NOT NULL,
    code           TEXT NOT NULL,
    uri            TEXT NOT NULL,
    sha256         TEXT,
    kind           TEXT NOT NULL CHECK (kind IN ('artefact', 'automated')),
    expires        TEXT,
    checked_on     TEXT,
    added_by       BLOB NOT NULL,
    added_at       TEXT NOT NULL,
    decision       TEXT CHECK (decision IN ('accepted', 'rejected')),
    reviewed_value TEXT,
    reviewed_by    BLOB,
    reviewed_at    TEXT,
    review_note    TEXT,
    FOREIGN KEY (assessment_id, code) REFERENCES answer (assessment_id, code)
);
CREATE INDEX evidence_by_answer ON evidence (assessment_id, code, added_at);

CREATE TABLE delegation (
    assessment_id BLOB NOT NULL REFERENCES assessment (id),
    dimension     TEXT NOT NULL,
    person_id     BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (assessment_id, dimension)
);
