-- After a step that failed fewer rows are taken at once, and one alone waits before it is tried again: no
-- file keeps those of others waiting.
ALTER TABLE import
    ADD COLUMN page   integer NOT NULL DEFAULT 1000,
    ADD COLUMN tries  integer NOT NULL DEFAULT 0,
    ADD COLUMN try_at timestamptz NOT NULL DEFAULT now();

-- What an import entered and still stands: undoing it does not read what it took back already.
DROP INDEX expense_import;
CREATE INDEX expense_import ON expense (user_id, import_id, id) WHERE import_id IS NOT NULL AND deleted_at IS NULL;

-- Purging forgot them.
UPDATE expense SET splits = NULL WHERE purged AND splits IS NOT NULL;
