-- What thousandths of a currency's unit are in the base currency at that time, not rounded; NULL where no
-- rate is known. One expression, so that it is put in the place of its call: nothing is looked up where
-- both are the same currency.
CREATE FUNCTION base_milli(person uuid, base text, zone text, code text, milli bigint, at timestamptz)
RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN base = code THEN milli ELSE milli * rate_on(person, code, base, (at AT TIME ZONE zone)::date) END
$$;
