-- Who held which role before: whether somebody could have confirmed a change is judged over some days, so that nobody
-- becomes "the only one left" by taking away the role or the account of the other one.
CREATE TABLE role_past (
    person_id BLOB NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,
    team_id BLOB REFERENCES team (id),
    granted_at TEXT NOT NULL,
    ended_at TEXT NOT NULL
);
CREATE INDEX role_past_by_end ON role_past (ended_at);

-- Since when the person may not sign in; absent for those who may, and for those who were deactivated before this.
ALTER TABLE person ADD COLUMN deactivated_at TEXT;
