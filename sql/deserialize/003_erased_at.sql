-- When a person was deleted: what was stored by transactions that had begun before is erased afterwards,
-- for an hour, which no transaction outlives. The rows of those deleted before this migration are gone.
ALTER TABLE person ADD COLUMN erased_at timestamptz;
CREATE INDEX person_erased_at ON person (erased_at) WHERE deleted;
