-- Who holds which job role for what, from which day to which. A day is answered by the rows that cover it; a row changes
-- only by getting another end, and goes only when it is taken back on the day on which it would have begun.
CREATE TABLE holding (
    id        BLOB PRIMARY KEY NOT NULL,
    team_id   BLOB NOT NULL REFERENCES team (id),
    person_id BLOB NOT NULL REFERENCES person (id),
    job_role  TEXT NOT NULL,
    part      TEXT NOT NULL CHECK (part IN ('accountable', 'responsible', 'consulted', 'informed')),
    kind      TEXT NOT NULL CHECK (kind IN ('capability', 'model', 'dataset', 'control')),
    thing     TEXT NOT NULL,
    from_day  TEXT NOT NULL,
    until_day TEXT,
    CHECK (until_day IS NULL OR until_day >= from_day)
);
CREATE INDEX holding_by_team ON holding (team_id);
CREATE INDEX holding_by_person ON holding (person_id);

-- Which skills the people of a team have, as the team sees it.
CREATE TABLE team_skill (
    team_id   BLOB NOT NULL REFERENCES team (id),
    person_id BLOB NOT NULL REFERENCES person (id),
    skill     TEXT NOT NULL,
    PRIMARY KEY (team_id, person_id, skill)
);

-- Which tools a team uses for which capability.
CREATE TABLE team_tool (
    team_id    BLOB NOT NULL REFERENCES team (id),
    capability TEXT NOT NULL,
    tool       TEXT NOT NULL,
    PRIMARY KEY (team_id, capability, tool)
);

-- How often each of the three changed: what If-Match compares. A team without a row is at 0.
CREATE TABLE ownership_revision (
    team_id  BLOB PRIMARY KEY NOT NULL REFERENCES team (id),
    holdings BIGINT NOT NULL,
    skills   BIGINT NOT NULL,
    tools    BIGINT NOT NULL
);
