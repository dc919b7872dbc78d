-- What a split names is checked and kept as what an expense itself names is (109): it is there, is locked until
-- the transaction ends, and is not deleted while a split names it.
SET LOCAL statement_timeout = '10min';
CREATE OR REPLACE FUNCTION expense_part() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    before jsonb := NULL;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        before := OLD.splits;
        DELETE FROM expense_part WHERE user_id = OLD.user_id AND expense_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        IF EXISTS (SELECT FROM (SELECT (s->>'category_id')::uuid AS id FROM jsonb_array_elements(NEW.splits) AS x (s)
                                 WHERE s->>'category_id' IS NOT NULL
                                EXCEPT SELECT (s->>'category_id')::uuid FROM jsonb_array_elements(before) AS x (s)) n
                     LEFT JOIN LATERAL (SELECT true AS there FROM category c
                                         WHERE c.user_id = NEW.user_id AND c.id = n.id FOR KEY SHARE) t ON true
                    WHERE t.there IS NULL) THEN
            RAISE foreign_key_violation USING TABLE = 'expense', CONSTRAINT = 'expense_category',
                MESSAGE = 'a split would point to a row of category that is not there';
        END IF;
        INSERT INTO expense_part (user_id, expense_id, category_id, occurred_at, amount_milli)
        SELECT DISTINCT NEW.user_id, NEW.id,
               coalesce((s->>'category_id')::uuid, '00000000-0000-0000-0000-000000000000'),
               NEW.occurred_at, NEW.amount_milli
          FROM jsonb_array_elements(NEW.splits) AS x (s);
    END IF;
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION category_kept() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM expense e WHERE e.user_id = OLD.user_id AND e.category_id = OLD.id)
       OR EXISTS (SELECT FROM expense_part p WHERE p.user_id = OLD.user_id AND p.category_id = OLD.id) THEN
        RAISE foreign_key_violation USING TABLE = 'category', CONSTRAINT = 'expense_category',
            MESSAGE = 'an expense still points to this row of category';
    END IF;
    RETURN NULL;
END $$;

-- What was left pointing to nothing is a line of no category.
UPDATE expense e SET version = e.version + 1, updated_at = now(),
       splits = (SELECT jsonb_agg(CASE WHEN s->>'category_id' IS NULL OR EXISTS (
                           SELECT FROM category c WHERE c.user_id = e.user_id AND c.id = (s->>'category_id')::uuid)
                       THEN s ELSE s || '{"category_id": null}' END ORDER BY n)
                   FROM jsonb_array_elements(e.splits) WITH ORDINALITY AS x (s, n))
 WHERE (e.user_id, e.id) IN (
           SELECT p.user_id, p.expense_id FROM expense_part p
            WHERE p.category_id <> '00000000-0000-0000-0000-000000000000'
              AND NOT EXISTS (SELECT FROM category c WHERE c.user_id = p.user_id AND c.id = p.category_id));
