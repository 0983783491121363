-- Policies name trust rules and tokens by id. What a text from before names by a name is resolved once, when the server
-- starts: pairs of machine and id as JSON. Absent where nothing was to be resolved, or not yet.
ALTER TABLE policy_version ADD COLUMN machines TEXT;
