-- Trust rules: which jobs of which CI may come in with the identity that their CI signed for them.
CREATE TABLE ci_trust_rule (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL,
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    jwks_url TEXT,                        -- absent where the issuer's discovery document says it
    audience TEXT NOT NULL,
    algorithms TEXT NOT NULL,             -- separated by spaces
    claims TEXT NOT NULL,                 -- a JSON object of texts
    scopes TEXT NOT NULL,                 -- separated by spaces
    team_id BLOB REFERENCES team (id),    -- confines the jobs to one team
    private_network BOOLEAN NOT NULL,
    revision BIGINT NOT NULL,
    created_at TEXT NOT NULL,
    used_at TEXT,
    removed_at TEXT                       -- kept for its name on the record
);
CREATE INDEX ci_trust_rule_by_issuer ON ci_trust_rule (issuer) WHERE removed_at IS NULL;

-- Tokens that were exchanged, as a SHA-256, until they would have ended by themselves: each is good once.
CREATE TABLE ci_token_seen (
    digest BLOB PRIMARY KEY NOT NULL,
    expires_at TEXT NOT NULL
);
CREATE INDEX ci_token_seen_by_end ON ci_token_seen (expires_at);

-- Public halves of the keys that sign our own short-lived tokens. Each server has a key of its own in its data directory;
-- what one replica has signed, another one verifies with this. One that has not signed for as long as a token holds is
-- forgotten, so that a key that was stolen and replaced is good for nothing.
CREATE TABLE token_key (
    id TEXT PRIMARY KEY NOT NULL,
    public_key BLOB NOT NULL,
    used_at TEXT NOT NULL
);
