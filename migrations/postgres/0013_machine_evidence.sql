-- The machine that checked a piece of evidence and vouches for it, by name. Only the service accounts and trust rules that
-- attached automated evidence themselves vouch for it; what people called automated is evidence like any other from now on,
-- to be reviewed. Locked results stay what they are: they are computed from their snapshots.
ALTER TABLE evidence ADD COLUMN vouched_by TEXT;
ALTER TABLE roadmap_evidence ADD COLUMN vouched_by TEXT;
UPDATE evidence SET vouched_by = COALESCE(
    (SELECT t.name FROM api_token t WHERE t.id = evidence.added_by AND t.person_id IS NULL),
    (SELECT r.name FROM ci_trust_rule r WHERE r.id = evidence.added_by))
WHERE kind = 'automated';
UPDATE roadmap_evidence SET vouched_by = COALESCE(
    (SELECT t.name FROM api_token t WHERE t.id = roadmap_evidence.added_by AND t.person_id IS NULL),
    (SELECT r.name FROM ci_trust_rule r WHERE r.id = roadmap_evidence.added_by))
WHERE kind = 'automated';
