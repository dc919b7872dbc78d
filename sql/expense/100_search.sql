-- Searches forgive typing mistakes with pg_trgm, which roles.sql adds.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN
        RAISE EXCEPTION 'pg_trgm is missing: run sql/roles.sql as superuser again';
    END IF;
END $$;
CREATE INDEX expense_note ON expense USING gin (note gin_trgm_ops) WHERE note <> '' AND deleted_at IS NULL;
CREATE INDEX merchant_search ON merchant USING gin (name gin_trgm_ops);
