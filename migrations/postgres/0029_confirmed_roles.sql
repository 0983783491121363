-- Who gave what somebody holds, since when it is confirmed, and up to which day, where it was prolonged since. What a policy
-- names counts once it is confirmed; what is on record now counts as it did.
ALTER TABLE holding ADD COLUMN given_by UUID;
ALTER TABLE holding ADD COLUMN confirmed_at TIMESTAMPTZ;
ALTER TABLE holding ADD COLUMN confirmed_until DATE;
UPDATE holding SET confirmed_at = '1970-01-01T00:00:00+00:00';
