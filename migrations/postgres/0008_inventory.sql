-- What is known of models and versions, the data they are made with, and what is wrong with a use of data.
-- Lists and records that are only ever read whole are JSON.

ALTER TABLE model ADD COLUMN purpose TEXT NOT NULL DEFAULT '';
ALTER TABLE model ADD COLUMN success_measure TEXT NOT NULL DEFAULT '';
ALTER TABLE model ADD COLUMN tier TEXT;                -- absent until somebody answers the questions that lead to it
ALTER TABLE model ADD COLUMN risk TEXT;                -- JSON: the questions' version and the answers given
ALTER TABLE model ADD COLUMN archived_at TIMESTAMPTZ;
ALTER TABLE model ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;

ALTER TABLE model_version ADD COLUMN run TEXT;
ALTER TABLE model_version ADD COLUMN source_commit TEXT;
ALTER TABLE model_version ADD COLUMN parent_id UUID REFERENCES model_version (id);
ALTER TABLE model_version ADD COLUMN card_url TEXT;
ALTER TABLE model_version ADD COLUMN metrics TEXT NOT NULL DEFAULT '{}';     -- JSON: name to number, as text
ALTER TABLE model_version ADD COLUMN authors TEXT NOT NULL DEFAULT '[]';     -- JSON: accounts and subjects
ALTER TABLE model_version ADD COLUMN committers TEXT NOT NULL DEFAULT '[]';  -- JSON: accounts and subjects
ALTER TABLE model_version ADD COLUMN registered_by UUID;                     -- absent where it was not kept
ALTER TABLE model_version ADD COLUMN revision BIGINT NOT NULL DEFAULT 1;
CREATE INDEX model_version_by_digest ON model_version (artefact_digest);
CREATE INDEX model_version_by_parent ON model_version (parent_id) WHERE parent_id IS NOT NULL;

-- What is shown for a version. Evidence is taken away by closing it, so that what was decided on can still be read.
CREATE TABLE model_evidence (
    id UUID PRIMARY KEY NOT NULL,
    model_version_id UUID NOT NULL REFERENCES model_version (id),
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    uri TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    made_on DATE NOT NULL,
    added_by UUID NOT NULL,
    added_at TIMESTAMPTZ NOT NULL,
    removed_at TIMESTAMPTZ,
    ledger_event UUID NOT NULL UNIQUE
);
CREATE INDEX model_evidence_by_version ON model_evidence (model_version_id);

-- What ran where, from when. Rows are only added; what ran on a day is told from all of them.
CREATE TABLE deployment (
    id UUID PRIMARY KEY NOT NULL,
    model_version_id UUID NOT NULL REFERENCES model_version (id),
    environment TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    change TEXT NOT NULL,                 -- replaces, beside, removed
    run_url TEXT,
    reported_by UUID NOT NULL,
    recorded_at TIMESTAMPTZ NOT NULL,
    ledger_event UUID NOT NULL UNIQUE
);
CREATE INDEX deployment_by_version ON deployment (model_version_id, at);

CREATE TABLE dataset (
    id UUID PRIMARY KEY NOT NULL,
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    team_id UUID NOT NULL REFERENCES team (id),
    description TEXT NOT NULL,
    classification TEXT NOT NULL,
    lawful_basis TEXT,
    exception TEXT,
    purposes TEXT NOT NULL,               -- JSON: slugs
    residency TEXT NOT NULL,              -- JSON: regions
    retention TEXT,                       -- JSON
    revision BIGINT NOT NULL,
    registered_at TIMESTAMPTZ NOT NULL,
    archived_at TIMESTAMPTZ,
    UNIQUE (namespace, name)
);
CREATE INDEX dataset_by_team ON dataset (team_id, namespace, name);

CREATE TABLE dataset_version (
    id UUID PRIMARY KEY NOT NULL,
    dataset_id UUID NOT NULL REFERENCES dataset (id),
    version TEXT NOT NULL,
    digest TEXT NOT NULL,
    location TEXT,
    registered_at TIMESTAMPTZ NOT NULL,
    UNIQUE (dataset_id, version)
);
CREATE INDEX dataset_version_by_digest ON dataset_version (digest);

-- What a version was trained and evaluated on, by declaration: what an approval binds to.
CREATE TABLE model_version_dataset (
    model_version_id UUID NOT NULL REFERENCES model_version (id),
    dataset_version_id UUID NOT NULL REFERENCES dataset_version (id),
    used_for TEXT NOT NULL,               -- training, evaluation
    PRIMARY KEY (model_version_id, dataset_version_id, used_for)
);
CREATE INDEX model_version_dataset_by_dataset ON model_version_dataset (dataset_version_id);

-- Who used which data for what. The names stand as they were reported, because an unknown dataset is a finding, not an
-- error; the references are there where they could be found. `team_id` is the team of the user, whose trail it is in.
CREATE TABLE data_usage (
    id UUID PRIMARY KEY NOT NULL,
    team_id UUID NOT NULL REFERENCES team (id),
    namespace TEXT NOT NULL,
    name TEXT NOT NULL,
    dataset_id UUID REFERENCES dataset (id),
    digest TEXT,
    person_id UUID REFERENCES person (id),
    job TEXT,
    model_version_id UUID REFERENCES model_version (id),
    purpose TEXT NOT NULL,
    at TIMESTAMPTZ NOT NULL,
    row_count BIGINT,
    recorded_at TIMESTAMPTZ NOT NULL,
    reported_by UUID NOT NULL,
    ledger_event UUID NOT NULL UNIQUE,
    CHECK ((person_id IS NULL) <> (job IS NULL))
);
CREATE INDEX data_usage_by_dataset ON data_usage (namespace, name, at);
CREATE INDEX data_usage_by_version ON data_usage (model_version_id, at) WHERE model_version_id IS NOT NULL;
CREATE INDEX data_usage_by_time ON data_usage (at);
CREATE INDEX data_usage_by_team ON data_usage (team_id, at);

-- What is wrong with a use, until somebody has dealt with it.
CREATE TABLE finding (
    id UUID PRIMARY KEY NOT NULL,
    usage_id UUID NOT NULL REFERENCES data_usage (id),
    team_id UUID NOT NULL REFERENCES team (id),
    kind TEXT NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    state TEXT NOT NULL,                  -- JSON: where it stands and since when
    state_name TEXT NOT NULL,             -- the state's name, for searching
    accepted_until DATE,                  -- the last day of an accepted risk, for searching
    found_at TIMESTAMPTZ NOT NULL,
    revision BIGINT NOT NULL,
    UNIQUE (usage_id, kind)
);
CREATE INDEX finding_by_team ON finding (team_id, state_name, found_at);
CREATE INDEX finding_by_acceptance ON finding (accepted_until) WHERE accepted_until IS NOT NULL;
