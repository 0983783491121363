-- Findings are about three things: uses of data, control (what runs past those who decide) and operations (what monitors
-- report).
ALTER TABLE finding ALTER COLUMN usage_id DROP NOT NULL; -- only where it is about data
ALTER TABLE finding ADD COLUMN about TEXT NOT NULL DEFAULT 'data'; -- data, control, operations
ALTER TABLE finding ALTER COLUMN about DROP DEFAULT;
ALTER TABLE finding ADD COLUMN model_version_id UUID REFERENCES model_version (id); -- what runs, where it is about control or operations
ALTER TABLE finding ADD COLUMN environment TEXT;           -- where that runs
ALTER TABLE finding ADD COLUMN subject_key TEXT;           -- at most one of a key is not settled; absent where it is about data
ALTER TABLE finding ADD COLUMN reported_by UUID;           -- the machine that reported it, where one did
ALTER TABLE finding ADD COLUMN over_at TIMESTAMPTZ;        -- since when it is reported as over; that closes nothing
ALTER TABLE finding ADD COLUMN closed_at TIMESTAMPTZ;      -- when it was settled, for searching by period
UPDATE finding SET closed_at = (state::json ->> 'at')::timestamptz WHERE state_name = 'resolved';
CREATE INDEX finding_by_version ON finding (model_version_id) WHERE model_version_id IS NOT NULL;
CREATE UNIQUE INDEX finding_unsettled_by_key ON finding (subject_key)
    WHERE subject_key IS NOT NULL AND state_name <> 'resolved';
