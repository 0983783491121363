-- Changes that need a second person: proposed by one, confirmed by another. What a kind needs to take effect is in `payload`;
-- the room that the change belongs to knows how to read it.
CREATE TABLE proposal (
    id BLOB PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    subject_type TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_key TEXT NOT NULL,            -- tells apart what may wait at the same time about one subject
    team_id BLOB REFERENCES team (id),    -- absent where it concerns the organisation
    title TEXT NOT NULL,
    href TEXT,                            -- the page of the subject
    from_text TEXT NOT NULL,
    to_text TEXT NOT NULL,
    consequence TEXT NOT NULL,            -- what follows for open requests and valid approvals
    reason TEXT NOT NULL,
    content_sha256 TEXT,                  -- of what would change, where it is a text
    payload TEXT NOT NULL,                -- JSON
    needs TEXT NOT NULL,                  -- JSON: the confirmations that it needs
    involved TEXT NOT NULL,               -- JSON: who has a part in it
    given TEXT NOT NULL,                  -- JSON: the confirmations that were given
    state TEXT NOT NULL,                  -- waiting, confirmed, rejected, withdrawn
    alone BOOLEAN NOT NULL,               -- took effect because nobody could confirm it
    proposed_by BLOB NOT NULL,            -- a person, a service account, or the installation
    proposed_at TEXT NOT NULL,
    decided_by BLOB,
    decided_at TEXT,
    note TEXT NOT NULL,
    revision BIGINT NOT NULL
);
CREATE UNIQUE INDEX proposal_waiting ON proposal (kind, subject_type, subject, subject_key) WHERE state = 'waiting';
CREATE INDEX proposal_by_subject ON proposal (subject_type, subject, id);
CREATE INDEX proposal_by_state ON proposal (state, id);

-- The proposals about policies, as they were made.
INSERT INTO proposal (id, kind, subject_type, subject, subject_key, team_id, title, href, from_text, to_text, consequence,
                      reason, content_sha256, payload, needs, involved, given, state, alone, proposed_by, proposed_at,
                      decided_by, decided_at, note, revision)
SELECT id,
       CASE change WHEN 'out-of-force' THEN 'policy-out-of-force' ELSE 'policy-into-force' END,
       'policy', policy, '', NULL,
       CASE change WHEN 'out-of-force' THEN 'Take ' || title || ' ' || version || ' out of force'
                   ELSE 'Bring ' || title || ' ' || version || ' into force' END,
       NULL,
       COALESCE(replaces, ''),
       CASE change WHEN 'out-of-force' THEN '' ELSE version END,
       '', reason, sha256,
       json_object('policy', policy, 'version', version, 'sha256', sha256, 'title', title, 'source', source,
                   'replaces', replaces),
       '[{"what":"a compliance officer or an administrator","by":[{"kind":"role","role":"compliance-officer"},{"kind":"role","role":"admin"}]}]',
       '[{"person":"' || lower(substr(hex(proposed_by), 1, 8) || '-' || substr(hex(proposed_by), 9, 4) || '-' ||
           substr(hex(proposed_by), 13, 4) || '-' || substr(hex(proposed_by), 17, 4) || '-' ||
           substr(hex(proposed_by), 21)) || '","part":"proposer"}]',
       '[]', state, FALSE, proposed_by, proposed_at, decided_by, decided_at, note, 1
FROM policy_proposal;
DROP TABLE policy_proposal;
