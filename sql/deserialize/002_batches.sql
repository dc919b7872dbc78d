-- A text's row is written again when it is read and when its expense is known: room in each page keeps
-- the second of these on its page, without touching an index.
ALTER TABLE message SET (fillfactor = 80);

-- The zone when this server knows it, else UTC: its tz database may be older than user-service's,
-- and a name it does not know would fail every text of that person.
CREATE FUNCTION known_zone(zone text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM now() AT TIME ZONE zone;
    RETURN zone;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 'UTC';
END $$;
