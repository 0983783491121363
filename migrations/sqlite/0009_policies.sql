-- Approval policies, the proposals to change them, and what approvals need to know about people: under which names other
-- systems know them, and who decides for them while they are away.

-- Every version that is or was in force, with its text as it was confirmed. One version of a policy is in force at a time,
-- and one that was taken out does not come back: a new version does.
CREATE TABLE policy_version (
    policy TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    since_at TEXT NOT NULL,
    until_at TEXT,
    PRIMARY KEY (policy, version)
);
CREATE UNIQUE INDEX policy_version_in_force ON policy_version (policy) WHERE until_at IS NULL;
CREATE INDEX policy_version_by_digest ON policy_version (sha256);

-- Which policy decides where: the versions in force, by what they name. The key keeps two from deciding about the same.
CREATE TABLE policy_place (
    tier TEXT NOT NULL,
    environment TEXT NOT NULL,            -- `*` is every one that no other policy names for the tier
    policy TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (tier, environment),
    FOREIGN KEY (policy, version) REFERENCES policy_version (policy, version)
);

CREATE TABLE policy_proposal (
    id BLOB PRIMARY KEY NOT NULL,
    policy TEXT NOT NULL,
    version TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL,
    change TEXT NOT NULL,                 -- into-force, out-of-force
    replaces TEXT,                        -- the version in force when it was proposed
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposed_by BLOB NOT NULL REFERENCES person (id),
    proposed_at TEXT NOT NULL,
    decided_by BLOB REFERENCES person (id),
    decided_at TEXT,
    note TEXT NOT NULL
);
CREATE UNIQUE INDEX policy_proposal_waiting ON policy_proposal (policy) WHERE state = 'waiting';

-- The names under which other systems know a person. Two accounts that share one are one person.
CREATE TABLE person_subject (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES person (id),
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    added_at TEXT NOT NULL,
    UNIQUE (person_id, issuer, subject)
);
CREATE INDEX person_subject_by_subject ON person_subject (subject, issuer);

-- Who decides for whom while they are away. One that was ended early keeps its days, for what was decided by it.
CREATE TABLE decision_delegation (
    id BLOB PRIMARY KEY NOT NULL,
    from_person BLOB NOT NULL REFERENCES person (id),
    to_person BLOB NOT NULL REFERENCES person (id),
    team_id BLOB REFERENCES team (id),    -- absent for all teams
    first_day TEXT NOT NULL,
    last_day TEXT NOT NULL,
    made_at TEXT NOT NULL,
    ended_at TEXT,
    CHECK (last_day >= first_day)
);
CREATE INDEX decision_delegation_by_from ON decision_delegation (from_person, last_day);
CREATE INDEX decision_delegation_by_to ON decision_delegation (to_person, last_day);
