-- Who contributed to a version of a model, besides those who made it: whoever attached or removed evidence, declared its
-- data, or changed what is said of it. Nobody is ever taken off. Policies name contributors step by step.
CREATE TABLE model_contributor (
    model_version_id BLOB NOT NULL REFERENCES model_version (id),
    account BLOB NOT NULL,                  -- the account that acted: a person or a machine
    machine BOOLEAN NOT NULL,
    what TEXT NOT NULL,                   -- evidence, data, card, metrics, people, lineage; other from before this was kept
    since_at TEXT NOT NULL,
    PRIMARY KEY (model_version_id, account, what)
);

-- What was done before is in the ledger.
INSERT INTO model_contributor (model_version_id, account, machine, what, since_at)
SELECT v.id, e.actor, e.actor_kind <> 'person',
    CASE e.action WHEN 'model_version.data_declared' THEN 'data' WHEN 'model_version.changed' THEN 'other'
        WHEN 'model_version.lineage_recorded' THEN 'lineage' ELSE 'evidence' END,
    MIN(e.ts)
FROM model m JOIN model_version v ON v.model_id = m.id
JOIN audit_entry e ON e.subject_type = 'model' AND e.subject_version = v.version AND e.outcome = 'ok'
    AND e.subject = lower(substr(hex(m.id), 1, 8) || '-' || substr(hex(m.id), 9, 4) || '-' || substr(hex(m.id), 13, 4)
        || '-' || substr(hex(m.id), 17, 4) || '-' || substr(hex(m.id), 21))
WHERE e.action IN ('model_version.changed', 'model_version.data_declared', 'model_version.evidence_attached',
    'model_version.evidence_removed', 'model_version.lineage_recorded')
GROUP BY 1, 2, 3, 4;

-- Texts that are older than this exclude contributors where they exclude authors.
ALTER TABLE policy_version ADD COLUMN contributors_like_authors BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE policy_version SET contributors_like_authors = TRUE;
