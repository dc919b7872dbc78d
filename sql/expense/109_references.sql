-- What entries point to, looked at once a statement instead of once a row: a page of a file names the
-- same few hundred merchants over and over, and four foreign keys were a fifth of what an insert costs.
-- They promise what these triggers promise: what is pointed to is there and stays, since it is locked
-- until the transaction ends, and cannot be deleted while an entry points to it. An id never changes.
DO $do$
DECLARE
    source record;
BEGIN
    FOR source IN SELECT * FROM (VALUES
        ('insert', 'NEW TABLE AS new_rows', ''),
        -- What a row pointed to before was locked or kept by that.
        ('update', 'OLD TABLE AS old_rows NEW TABLE AS new_rows', 'EXCEPT SELECT r.user_id, r.%I FROM old_rows r'))
        AS v (what, tables, before)
    LOOP
        -- Each is looked up on its own, whatever the table looked like when the plan was made.
        EXECUTE format($fn$
            CREATE FUNCTION expense_refs_%1$s() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
            DECLARE
                gone text;
            BEGIN
                WITH owners AS MATERIALIZED (SELECT DISTINCT r.user_id FROM new_rows r),
                     merchants AS MATERIALIZED (
                         SELECT DISTINCT r.user_id, r.merchant_id AS id FROM new_rows r
                          WHERE r.merchant_id IS NOT NULL %3$s),
                     categories AS MATERIALIZED (
                         SELECT DISTINCT r.user_id, r.category_id AS id FROM new_rows r
                          WHERE r.category_id IS NOT NULL %4$s),
                     accounts AS MATERIALIZED (
                         SELECT DISTINCT r.user_id, r.account_id AS id FROM new_rows r
                          WHERE r.account_id IS NOT NULL %5$s),
                     o AS (SELECT FROM owners n CROSS JOIN LATERAL (
                               SELECT FROM owner t WHERE t.user_id = n.user_id FOR KEY SHARE) AS t),
                     m AS (SELECT FROM merchants n CROSS JOIN LATERAL (
                               SELECT FROM merchant t WHERE t.user_id = n.user_id AND t.id = n.id FOR KEY SHARE) AS t),
                     c AS (SELECT FROM categories n CROSS JOIN LATERAL (
                               SELECT FROM category t WHERE t.user_id = n.user_id AND t.id = n.id FOR KEY SHARE) AS t),
                     a AS (SELECT FROM accounts n CROSS JOIN LATERAL (
                               SELECT FROM account t WHERE t.user_id = n.user_id AND t.id = n.id FOR KEY SHARE) AS t)
                SELECT CASE WHEN (SELECT count(*) FROM o) < (SELECT count(*) FROM owners) THEN 'owner'
                            WHEN (SELECT count(*) FROM m) < (SELECT count(*) FROM merchants) THEN 'merchant'
                            WHEN (SELECT count(*) FROM c) < (SELECT count(*) FROM categories) THEN 'category'
                            WHEN (SELECT count(*) FROM a) < (SELECT count(*) FROM accounts) THEN 'account' END
                  INTO gone;
                IF gone IS NOT NULL THEN
                    RAISE foreign_key_violation USING TABLE = 'expense', CONSTRAINT = 'expense_' || gone,
                        MESSAGE = 'an expense would point to a row of ' || gone || ' that is not there';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER expense_refs_%1$s AFTER %1$s ON expense REFERENCING %2$s
                FOR EACH STATEMENT EXECUTE FUNCTION expense_refs_%1$s()
            $fn$, source.what, source.tables, format(source.before, 'merchant_id'),
            format(source.before, 'category_id'), format(source.before, 'account_id'));
    END LOOP;
    FOR source IN SELECT * FROM (VALUES
        ('owner', 'true'), ('merchant', 'e.merchant_id = OLD.id'), ('category', 'e.category_id = OLD.id'),
        ('account', 'e.account_id = OLD.id')) AS v (name, condition)
    LOOP
        EXECUTE format($fn$
            CREATE FUNCTION %1$s_kept() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
            BEGIN
                IF EXISTS (SELECT FROM expense e WHERE e.user_id = OLD.user_id AND %2$s) THEN
                    RAISE foreign_key_violation USING TABLE = '%1$s', CONSTRAINT = 'expense_%1$s',
                        MESSAGE = 'an expense still points to this row of %1$s';
                END IF;
                RETURN NULL;
            END $$;
            CREATE TRIGGER %1$s_kept AFTER DELETE ON %1$s FOR EACH ROW EXECUTE FUNCTION %1$s_kept()
            $fn$, source.name, source.condition);
    END LOOP;
END $do$;
ALTER TABLE expense
    DROP CONSTRAINT expense_user_id_fkey,
    DROP CONSTRAINT expense_user_id_merchant_id_fkey,
    DROP CONSTRAINT expense_user_id_category_id_fkey,
    DROP CONSTRAINT expense_user_id_account_id_fkey;

-- The same of what changed an entry: written by the thousand when a rule is put to a ledger.
CREATE FUNCTION expense_change_refs() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM new_rows n LEFT JOIN LATERAL (
                   SELECT true AS there FROM expense e WHERE e.user_id = n.user_id AND e.id = n.expense_id
                   FOR KEY SHARE) e ON true WHERE e.there IS NULL) THEN
        RAISE foreign_key_violation USING TABLE = 'expense_change', CONSTRAINT = 'expense_change_expense',
            MESSAGE = 'a change would point to an expense that is not there';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER expense_change_refs AFTER INSERT ON expense_change REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION expense_change_refs();
CREATE FUNCTION expense_changes_go() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM expense_change h WHERE h.user_id = OLD.user_id AND h.expense_id = OLD.id;
    RETURN NULL;
END $$;
CREATE TRIGGER expense_changes_go AFTER DELETE ON expense FOR EACH ROW EXECUTE FUNCTION expense_changes_go();
ALTER TABLE expense_change DROP CONSTRAINT expense_change_user_id_expense_id_fkey;
