-- The last balance that texts of an account told is found without reading the entries that told none.
CREATE INDEX expense_balance ON expense (user_id, account_id, occurred_at, id)
    WHERE balance_minor IS NOT NULL AND deleted_at IS NULL;
