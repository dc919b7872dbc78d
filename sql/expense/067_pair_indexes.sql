-- The indexes that look for pairs, without the condition on deleted_at: before a table is analysed for
-- the first time, that condition makes every index that has it look as good as the right one, and a
-- person's first upload would read all their entries for each text.
DROP INDEX expense_pair;
CREATE INDEX expense_pair ON expense (user_id, amount_milli, direction, occurred_at);
DROP INDEX expense_reference;
CREATE INDEX expense_reference ON expense (user_id, reference) WHERE reference IS NOT NULL;
DROP INDEX expense_credit;
CREATE INDEX expense_credit ON expense (user_id, merchant_id, occurred_at)
    WHERE direction = 'credit' AND merchant_id IS NOT NULL;
