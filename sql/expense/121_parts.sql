-- The categories that the splits of an expense name, each once, with what lists are ordered by: a list of a
-- category finds these by an index in its order, as it finds the expenses of the category themselves. nil
-- stands for no category. Kept by row and not by statement: only expenses with splits cost anything.
SET LOCAL statement_timeout = '10min';
CREATE TABLE expense_part (
    user_id      uuid NOT NULL,
    expense_id   uuid NOT NULL,
    category_id  uuid NOT NULL,
    occurred_at  timestamptz NOT NULL,
    amount_milli bigint NOT NULL,
    PRIMARY KEY (user_id, expense_id, category_id)
);
CREATE INDEX expense_part_time ON expense_part (user_id, category_id, occurred_at, expense_id);
CREATE INDEX expense_part_amount ON expense_part (user_id, category_id, amount_milli, expense_id);

-- A person who is erased leaves none: they go with their expenses.
CREATE FUNCTION expense_part() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        DELETE FROM expense_part WHERE user_id = OLD.user_id AND expense_id = OLD.id;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO expense_part (user_id, expense_id, category_id, occurred_at, amount_milli)
        SELECT DISTINCT NEW.user_id, NEW.id,
               coalesce((s->>'category_id')::uuid, '00000000-0000-0000-0000-000000000000'),
               NEW.occurred_at, NEW.amount_milli
          FROM jsonb_array_elements(NEW.splits) AS x (s);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER expense_part_insert AFTER INSERT ON expense
    FOR EACH ROW WHEN (NEW.splits IS NOT NULL) EXECUTE FUNCTION expense_part();
CREATE TRIGGER expense_part_update AFTER UPDATE ON expense
    FOR EACH ROW WHEN ((OLD.splits IS NOT NULL OR NEW.splits IS NOT NULL)
                       AND (OLD.splits, OLD.occurred_at, OLD.amount_milli)
                           IS DISTINCT FROM (NEW.splits, NEW.occurred_at, NEW.amount_milli))
    EXECUTE FUNCTION expense_part();
CREATE TRIGGER expense_part_delete AFTER DELETE ON expense
    FOR EACH ROW WHEN (OLD.splits IS NOT NULL) EXECUTE FUNCTION expense_part();

INSERT INTO expense_part (user_id, expense_id, category_id, occurred_at, amount_milli)
SELECT DISTINCT e.user_id, e.id, coalesce((s->>'category_id')::uuid, '00000000-0000-0000-0000-000000000000'),
       e.occurred_at, e.amount_milli
  FROM expense e CROSS JOIN LATERAL jsonb_array_elements(e.splits) AS x (s) WHERE e.splits IS NOT NULL;
