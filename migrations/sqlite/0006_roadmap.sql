-- What a team wishes of its roadmap. The plan itself follows from these and the team's answers and is never stored.
CREATE TABLE roadmap (
    team_id       BLOB PRIMARY KEY NOT NULL REFERENCES team (id),
    assessment_id BLOB NOT NULL REFERENCES assessment (id),
    wishes        TEXT NOT NULL,          -- canonical JSON
    revision      INTEGER NOT NULL,
    made_by       BLOB NOT NULL,
    made_at       TEXT NOT NULL
);

-- One row a question that ever was in a team's plan. `revision` counts the changes and is what If-Match compares.
CREATE TABLE roadmap_item (
    id            BLOB PRIMARY KEY NOT NULL,
    team_id       BLOB NOT NULL REFERENCES team (id),
    questionnaire TEXT NOT NULL,
    question_id   BLOB NOT NULL,
    code          TEXT NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('planned', 'in_progress', 'blocked', 'done', 'dropped')),
    owner_id      BLOB REFERENCES person (id),
    due           TEXT,
    answered_in   BLOB REFERENCES assessment (id),
    created_at    TEXT NOT NULL,
    revision      INTEGER NOT NULL,
    UNIQUE (team_id, question_id)
);
CREATE INDEX roadmap_item_by_owner ON roadmap_item (owner_id);

CREATE TABLE roadmap_comment (
    id         BLOB PRIMARY KEY NOT NULL,
    item_id    BLOB NOT NULL REFERENCES roadmap_item (id),
    body       TEXT NOT NULL,
    written_by BLOB NOT NULL,
    written_at TEXT NOT NULL
);
CREATE INDEX roadmap_comment_by_item ON roadmap_comment (item_id, written_at);

CREATE TABLE roadmap_evidence (
    id             BLOB PRIMARY KEY NOT NULL,
    item_id        BLOB NOT NULL REFERENCES roadmap_item (id),
    uri            TEXT NOT NULL,
    sha256         TEXT,
    kind           TEXT NOT NULL CHECK (kind IN ('artefact', 'automated')),
    expires        TEXT,
    added_by       BLOB NOT NULL,
    added_at       TEXT NOT NULL,
    decision       TEXT CHECK (decision IN ('accepted', 'rejected')),
    reviewed_value TEXT,
    reviewed_by    BLOB,
    reviewed_at    TEXT,
    review_note    TEXT
);
CREATE INDEX roadmap_evidence_by_item ON roadmap_evidence (item_id, added_at);
