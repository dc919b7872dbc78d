-- Texts of a deleted person are erased in steps, since a million of them take longer than a consumer
-- may hold its transaction: erased tells that none are left.
ALTER TABLE person ADD COLUMN erased boolean NOT NULL DEFAULT false;
CREATE INDEX person_to_erase ON person (user_id) WHERE deleted AND NOT erased;
-- Before this, all was erased in one statement.
UPDATE person SET erased = true WHERE deleted;
