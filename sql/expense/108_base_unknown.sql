-- Of a person whose base currency is not known, nothing is looked up: that was three statements an entry.
CREATE OR REPLACE FUNCTION base_milli(person uuid, base text, zone text, code text, milli bigint, at timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN base IS NULL THEN NULL WHEN base = code THEN milli
                ELSE milli * rate_on(person, code, base, (at AT TIME ZONE zone)::date) END
$$;
