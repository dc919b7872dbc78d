-- The tags that a person's expenses have had, so that a search looks at each of them once and not at each
-- expense. Filled by the statement that writes them; one that is used no more finds nothing.
CREATE TABLE expense_tag (
    user_id uuid NOT NULL,
    name    text NOT NULL,
    PRIMARY KEY (user_id, name)
);
CREATE INDEX expense_tags ON expense USING gin (tags) WHERE tags <> '[]' AND deleted_at IS NULL;
CREATE FUNCTION expense_tags() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO expense_tag (user_id, name)
    SELECT DISTINCT r.user_id, t.name FROM new_rows r CROSS JOIN LATERAL jsonb_array_elements_text(r.tags) AS t (name)
     WHERE r.tags <> '[]' ORDER BY 1, 2 ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER expense_tags_insert AFTER INSERT ON expense REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION expense_tags();
CREATE TRIGGER expense_tags_update AFTER UPDATE ON expense REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION expense_tags();
INSERT INTO expense_tag (user_id, name)
SELECT DISTINCT e.user_id, t.name FROM expense e CROSS JOIN LATERAL jsonb_array_elements_text(e.tags) AS t (name)
 WHERE e.tags <> '[]';
