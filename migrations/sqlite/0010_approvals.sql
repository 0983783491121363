-- Approvals that were asked for, and what became of them. The rules are in the program: `state` is the whole of what they
-- work on, and the columns beside it repeat what lists are searched by.
CREATE TABLE approval_request (
    id BLOB PRIMARY KEY NOT NULL,
    model_version_id BLOB NOT NULL REFERENCES model_version (id),
    environment TEXT NOT NULL,
    policy_id TEXT NOT NULL,              -- the policy that it is decided under now
    requested_by BLOB NOT NULL,           -- a person or a service account
    requested_at TEXT NOT NULL,
    state TEXT NOT NULL,                  -- JSON
    state_name TEXT NOT NULL,             -- open, approved, rejected, withdrawn, expired, revoked, superseded, stale
    changed_at TEXT NOT NULL,
    until TEXT,                           -- when it ends by time; absent once nothing can happen to it
    due TEXT,                             -- when time alone changes it next; absent once nothing can happen to it
    review_due TEXT,                      -- by when an emergency has to be reviewed; absent where none has to
    revision BIGINT NOT NULL
);
-- Two requests for the same thing at once would split its decisions.
CREATE UNIQUE INDEX approval_request_open ON approval_request (model_version_id, environment) WHERE state_name = 'open';
CREATE INDEX approval_request_by_version ON approval_request (model_version_id, environment, id);
CREATE INDEX approval_request_by_state ON approval_request (state_name, id);
CREATE INDEX approval_request_by_change ON approval_request (changed_at, id) WHERE state_name <> 'open';
CREATE INDEX approval_request_by_due ON approval_request (due) WHERE due IS NOT NULL;
CREATE INDEX approval_request_by_review ON approval_request (review_due) WHERE review_due IS NOT NULL;

-- What people said, next to what the ledger keeps a digest of. `field` is called as it is there.
CREATE TABLE approval_word (
    id BLOB PRIMARY KEY NOT NULL,
    request_id BLOB NOT NULL REFERENCES approval_request (id),
    ledger_event BLOB NOT NULL,
    field TEXT NOT NULL,
    about BLOB,                           -- the condition, where it is the text of one
    said_by BLOB NOT NULL,
    said_at TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX approval_word_by_request ON approval_word (request_id, said_at, id);

-- Which request a report decided in, and what it became by that.
ALTER TABLE approval_event ADD COLUMN request_id BLOB REFERENCES approval_request (id);
ALTER TABLE approval_event ADD COLUMN request_state TEXT;
