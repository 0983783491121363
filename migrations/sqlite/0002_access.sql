-- People, teams, roles, sessions, links, tokens, sign-in delays, idempotency keys.
-- Secrets are never here: only SHA-256 of random ones, and argon2id of passwords.

CREATE TABLE person (
    id BLOB PRIMARY KEY NOT NULL,
    email TEXT NOT NULL UNIQUE,           -- lower case
    name TEXT NOT NULL,
    password_hash TEXT,                   -- absent until the invitation is accepted
    active BOOLEAN NOT NULL,
    created_at TEXT NOT NULL
);

CREATE TABLE team (
    id BLOB PRIMARY KEY NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    created_at TEXT NOT NULL
);

-- A role for the organisation (no team) or for one team. Being a member of a team is holding a role in it.
CREATE TABLE role_held (
    person_id BLOB NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    team_id BLOB REFERENCES team (id),
    granted_at TEXT NOT NULL
);
CREATE UNIQUE INDEX role_held_in_team ON role_held (person_id, role, team_id) WHERE team_id IS NOT NULL;
CREATE UNIQUE INDEX role_held_in_organisation ON role_held (person_id, role) WHERE team_id IS NULL;
CREATE INDEX role_held_by_team ON role_held (team_id);

CREATE TABLE session (
    id BLOB PRIMARY KEY NOT NULL,
    person_id BLOB NOT NULL REFERENCES person (id),
    secret_hash BLOB NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    address TEXT,
    browser TEXT
);
CREATE INDEX session_by_person ON session (person_id);

-- One-time links: `setup` makes the first administrator, `invitation` lets a person choose the first password.
CREATE TABLE access_link (
    secret_hash BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    person_id BLOB REFERENCES person (id),
    created_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE TABLE api_token (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    person_id BLOB REFERENCES person (id),  -- absent for a service account
    team_id BLOB REFERENCES team (id),      -- confines the token to one team
    scopes TEXT NOT NULL,                   -- separated by spaces
    created_at TEXT NOT NULL,
    expires_at TEXT,
    used_at TEXT,
    revoked_at TEXT
);
CREATE INDEX api_token_by_person ON api_token (person_id);

-- Failed sign-ins, by account and by address, each as a SHA-256: neither belongs into a backup in the clear.
CREATE TABLE sign_in_delay (
    subject BLOB PRIMARY KEY NOT NULL,
    failures BIGINT NOT NULL,
    failed_at TEXT NOT NULL,
    blocked_until TEXT NOT NULL
);

-- What an Idempotency-Key made: an id, never a body.
CREATE TABLE idempotency_key (
    actor_id BLOB NOT NULL,
    key TEXT NOT NULL,
    digest BLOB NOT NULL,
    outcome BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (actor_id, key)
);
