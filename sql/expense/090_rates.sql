-- What one unit of base was in quote on a day: of a person's own word, or (the nil user) of all, brought
-- in by the operator.
CREATE TABLE rate (
    user_id uuid NOT NULL,
    base    text NOT NULL CHECK (base ~ '^[A-Z]{3}$'),
    quote   text NOT NULL CHECK (quote ~ '^[A-Z]{3}$' AND quote <> base),
    day     date NOT NULL,
    rate    numeric NOT NULL CHECK (rate > 0),
    PRIMARY KEY (user_id, base, quote, day)
);

-- Of that day or the last one up to a week before, since banks rest; the person's own goes first, of
-- either direction. NULL: not known, which is never guessed.
CREATE FUNCTION rate_direct(person uuid, from_code text, to_code text, on_day date) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN r.base = from_code THEN r.rate ELSE 1 / r.rate END FROM rate r
     WHERE r.user_id IN (person, '00000000-0000-0000-0000-000000000000')
       AND ((r.base = from_code AND r.quote = to_code) OR (r.base = to_code AND r.quote = from_code))
       AND r.day BETWEEN on_day - 7 AND on_day
     ORDER BY r.user_id = person DESC, r.day DESC, r.base = from_code DESC LIMIT 1
$$;
-- Else by way of the euro, which the European Central Bank's rates are all of.
CREATE FUNCTION rate_on(person uuid, from_code text, to_code text, on_day date) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN from_code = to_code THEN 1 ELSE coalesce(
        rate_direct(person, from_code, to_code, on_day),
        rate_direct(person, from_code, 'EUR', on_day) * rate_direct(person, 'EUR', to_code, on_day)) END
$$;
