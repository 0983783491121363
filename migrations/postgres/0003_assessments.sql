-- Questionnaires: a published version never changes, so its text stands here as it was published.
CREATE TABLE questionnaire (
    id           TEXT NOT NULL,
    version      TEXT NOT NULL,
    title        TEXT NOT NULL,
    bank_sha256  TEXT NOT NULL,
    source       TEXT NOT NULL,
    published_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (id, version)
);

CREATE TABLE assessment (
    id                UUID PRIMARY KEY,
    team_id           UUID NOT NULL REFERENCES team (id),
    title             TEXT NOT NULL,
    questionnaire     TEXT NOT NULL,
    version           TEXT NOT NULL,
    profile           TEXT NOT NULL,
    state             TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'locked')),
    revision          BIGINT NOT NULL,
    carried_over_from UUID REFERENCES assessment (id),
    started_by        UUID NOT NULL,
    started_at        TIMESTAMPTZ NOT NULL,
    submitted_by      UUID,
    submitted_at      TIMESTAMPTZ,
    FOREIGN KEY (questionnaire, version) REFERENCES questionnaire (id, version)
);
CREATE INDEX assessment_by_team ON assessment (team_id, started_at);

-- What was locked, revision by revision: the scored input and the result as bytes that never change.
CREATE TABLE assessment_snapshot (
    assessment_id UUID NOT NULL REFERENCES assessment (id),
    revision      BIGINT NOT NULL,
    as_of         DATE NOT NULL,
    input_sha256  TEXT NOT NULL,
    input         TEXT NOT NULL,
    result        TEXT NOT NULL,
    claimed       BIGINT NOT NULL,
    supported     BIGINT NOT NULL,
    locked_by     UUID NOT NULL,
    locked_at     TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (assessment_id, revision)
);

-- One row an answered question. `revision` counts the changes and is what If-Match compares.
CREATE TABLE answer (
    assessment_id    UUID NOT NULL REFERENCES assessment (id),
    code             TEXT NOT NULL,
    value            TEXT,
    na_reason        TEXT,
    na_justification TEXT,
    na_decision      TEXT CHECK (na_decision IN ('approved', 'declined')),
    na_decided_by    UUID,
    na_decided_at    TIMESTAMPTZ,
    na_note          TEXT,
    comment          TEXT NOT NULL,
    answered_by      UUID NOT NULL,
    answered_at      TIMESTAMPTZ NOT NULL,
    revision         BIGINT NOT NULL,
    PRIMARY KEY (assessment_id, code)
);

CREATE TABLE evidence (
    id             UUID PRIMARY KEY,
    assessment_id  UUID NOT NULL,
    code           TEXT NOT NULL,
    uri            TEXT NOT NULL,
    sha256         TEXT,
    kind           TEXT NOT NULL CHECK (kind IN ('artefact', 'automated')),
    expires        DATE,
    checked_on     DATE,
    added_by       UUID NOT NULL,
    added_at       TIMESTAMPTZ NOT NULL,
    decision       TEXT CHECK (decision IN ('accepted', 'rejected')),
    reviewed_value TEXT,
    reviewed_by    UUID,
    reviewed_at    TIMESTAMPTZ,
    review_note    TEXT,
    FOREIGN KEY (assessment_id, code) REFERENCES answer (assessment_id, code)
);
CREATE INDEX evidence_by_answer ON evidence (assessment_id, code, added_at);

CREATE TABLE delegation (
    assessment_id UUID NOT NULL REFERENCES assessment (id),
    dimension     TEXT NOT NULL,
    person_id     UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (assessment_id, dimension)
);
