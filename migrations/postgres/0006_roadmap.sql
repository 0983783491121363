-- What a team wishes of its roadmap. The plan itself follows from these and the team's answers and is never stored.
CREATE TABLE roadmap (
    team_id       UUID PRIMARY KEY NOT NULL REFERENCES team (id),
    assessment_id UUID NOT NULL REFERENCES assessment (id),
    wishes        TEXT NOT NULL,          -- canonical JSON
    revision      BIGINT NOT NULL,
    made_by       UUID NOT NULL,
    made_at       TIMESTAMPTZ NOT NULL
);

-- One row a question that ever was in a team's plan. `revision` counts the changes and is what If-Match compares.
CREATE TABLE roadmap_item (
    id            UUID PRIMARY KEY NOT NULL,
    team_id       UUID NOT NULL REFERENCES team (id),
    questionnaire TEXT NOT NULL,
    question_id   UUID NOT NULL,
    code          TEXT NOT NULL,
    status        TEXT NOT NULL CHECK (status IN ('planned', 'in_progress', 'blocked', 'done', 'dropped')),
    owner_id      UUID REFERENCES person (id),
    due           DATE,
    answered_in   UUID REFERENCES assessment (id),
    created_at    TIMESTAMPTZ NOT NULL,
    revision      BIGINT NOT NULL,
    UNIQUE (team_id, question_id)
);
CREATE INDEX roadmap_item_by_owner ON roadmap_item (owner_id);

CREATE TABLE roadmap_comment (
    id         UUID PRIMARY KEY NOT NULL,
    item_id    UUID NOT NULL REFERENCES roadmap_item (id),
    body       TEXT NOT NULL,
    written_by UUID NOT NULL,
    written_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX roadmap_comment_by_item ON roadmap_comment (item_id, written_at);

CREATE TABLE roadmap_evidence (
    id             UUID PRIMARY KEY NOT NULL,
    item_id        UUID NOT NULL REFERENCES roadmap_item (id),
    uri            TEXT NOT NULL,
    sha256         TEXT,
    kind           TEXT NOT NULL CHECK (kind IN ('artefact', 'automated')),
    expires        DATE,
    added_by       UUID NOT NULL,
    added_at       TIMESTAMPTZ NOT NULL,
    decision       TEXT CHECK (decision IN ('accepted', 'rejected')),
    reviewed_value TEXT,
    reviewed_by    UUID,
    reviewed_at    TIMESTAMPTZ,
    review_note    TEXT
);
CREATE INDEX roadmap_evidence_by_item ON roadmap_evidence (item_id, added_at);
