-- How the first risk tier of a model was confirmed: confirmed, nobody-else, command-line, upgrade; absent until it is. Tiers
-- that are there already count as confirmed; `upgrade-unrecorded` until the server has put that on record.
ALTER TABLE model ADD COLUMN tier_confirmed TEXT;
UPDATE model SET tier_confirmed = 'upgrade-unrecorded' WHERE tier IS NOT NULL;

-- The highest confirmed tier of the other models that held the same artifact when the version was registered.
ALTER TABLE model_version ADD COLUMN tier_floor TEXT;
