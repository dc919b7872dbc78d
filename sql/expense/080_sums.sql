-- Splits of an expense over categories and people: [{minor, category_id, note, share_of}], which add up
-- to its amount; NULL: none. What names another person as share_of is not the owner's spending.
ALTER TABLE expense ADD COLUMN splits jsonb CHECK (jsonb_typeof(splits) = 'array');
CREATE INDEX expense_splits ON expense USING gin (splits jsonb_path_ops) WHERE splits IS NOT NULL;

-- What an expense counts as: itself, or a row for each of its splits. Only part 0 counts as an expense.
CREATE FUNCTION expense_parts(splits jsonb, type text, category_id uuid, minor bigint)
RETURNS TABLE (part bigint, kind text, category_id uuid, minor bigint)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 0::bigint, $2, $3, $4 WHERE $1 IS NULL
    UNION ALL
    SELECT n - 1, CASE WHEN s->>'share_of' IS NULL THEN $2 ELSE 'others' END,
           (s->>'category_id')::uuid, (s->>'minor')::bigint
      FROM jsonb_array_elements($1) WITH ORDINALITY AS x (s, n) WHERE $1 IS NOT NULL
$$;

-- Sums of a person by day, so that a month costs the same whatever the ledger holds. Writers only add
-- rows (part from the sequence), which never makes two of them wait for each other; housekeeping folds
-- these into the row of part 0. So a sum is what all rows of a key add up to. Days are those of
-- owner.sums_zone; nil stands for no category or account.
CREATE SEQUENCE day_sum_part;
CREATE TABLE day_sum (
    user_id     uuid NOT NULL,
    day         date NOT NULL,
    currency    text NOT NULL,
    type        text NOT NULL, -- of the expense, or 'others'
    category_id uuid NOT NULL,
    account_id  uuid NOT NULL,
    part        bigint NOT NULL DEFAULT nextval('day_sum_part'),
    minor       numeric NOT NULL,
    count       bigint NOT NULL,
    review      bigint NOT NULL, -- of these, need review
    PRIMARY KEY (user_id, day, currency, type, category_id, account_id, part)
);
CREATE INDEX day_sum_to_fold ON day_sum (user_id) WHERE part <> 0;

ALTER TABLE owner ADD COLUMN sums_zone text NOT NULL DEFAULT 'UTC';
CREATE INDEX owner_sums_zone ON owner (user_id) WHERE sums_zone <> time_zone AND deleted_at IS NULL;

-- By statement and not by row: a batch of texts costs one of these. No code path can forget it, nor who
-- changes a row by hand, whose search_path does not count. The lock keeps away who makes a person's sums
-- anew (sum_store.c); it is the one that the foreign key takes.
DO $do$
DECLARE
    source record;
BEGIN
    FOR source IN SELECT * FROM (VALUES
        ('insert', 'NEW TABLE AS new_rows', 'SELECT 1 AS sign, * FROM new_rows'),
        ('delete', 'OLD TABLE AS old_rows', 'SELECT -1 AS sign, * FROM old_rows'),
        ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows',
         'SELECT -1 AS sign, * FROM old_rows UNION ALL SELECT 1, * FROM new_rows')) AS v (what, tables, rows)
    LOOP
        EXECUTE format($fn$
            CREATE FUNCTION day_sum_%1$s() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
            BEGIN
                PERFORM FROM owner o WHERE o.user_id IN (SELECT r.user_id FROM (%3$s) r)
                  ORDER BY o.user_id FOR KEY SHARE;
                INSERT INTO day_sum (user_id, day, currency, type, category_id, account_id, minor, count,
                                     review)
                SELECT r.user_id, (r.occurred_at AT TIME ZONE o.sums_zone)::date, r.currency, p.kind,
                       coalesce(p.category_id, '00000000-0000-0000-0000-000000000000'),
                       coalesce(r.account_id, '00000000-0000-0000-0000-000000000000'),
                       sum(r.sign * p.minor), coalesce(sum(r.sign) FILTER (WHERE p.part = 0), 0),
                       coalesce(sum(r.sign) FILTER (WHERE p.part = 0 AND r.status = 'needs_review'), 0)
                  FROM (%3$s) r
                  JOIN owner o ON o.user_id = r.user_id
                  CROSS JOIN LATERAL expense_parts(r.splits, r.type, r.category_id, r.amount_minor) p
                 WHERE r.deleted_at IS NULL
                 GROUP BY 1, 2, 3, 4, 5, 6
                HAVING sum(r.sign * p.minor) <> 0 OR sum(r.sign) FILTER (WHERE p.part = 0) <> 0
                    OR sum(r.sign) FILTER (WHERE p.part = 0 AND r.status = 'needs_review') <> 0;
                RETURN NULL;
            END $$;
            CREATE TRIGGER day_sum_%1$s AFTER %1$s ON expense REFERENCING %2$s
                FOR EACH STATEMENT EXECUTE FUNCTION day_sum_%1$s()
            $fn$, source.what, source.tables, source.rows);
    END LOOP;
END $do$;

-- What the table must hold of a person, in the zone given: for making it anew and for the check.
CREATE FUNCTION day_sum_recount(person uuid, zone text)
RETURNS TABLE (day date, currency text, type text, category_id uuid, account_id uuid, minor numeric,
               count bigint, review bigint)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT (e.occurred_at AT TIME ZONE zone)::date, e.currency, p.kind,
           coalesce(p.category_id, '00000000-0000-0000-0000-000000000000'),
           coalesce(e.account_id, '00000000-0000-0000-0000-000000000000'),
           sum(p.minor), count(*) FILTER (WHERE p.part = 0),
           count(*) FILTER (WHERE p.part = 0 AND e.status = 'needs_review')
      FROM expense e
      CROSS JOIN LATERAL expense_parts(e.splits, e.type, e.category_id, e.amount_minor) p
     WHERE e.user_id = person AND e.deleted_at IS NULL
     GROUP BY 1, 2, 3, 4, 5
$$;

-- Of what is there already.
UPDATE owner SET sums_zone = time_zone;
INSERT INTO day_sum (user_id, day, currency, type, category_id, account_id, part, minor, count, review)
SELECT o.user_id, r.day, r.currency, r.type, r.category_id, r.account_id, 0, r.minor, r.count, r.review
  FROM owner o CROSS JOIN LATERAL day_sum_recount(o.user_id, o.sums_zone) r
 WHERE o.deleted_at IS NULL;
