-- Entries of no account are never looked for by it, and need no place in its index.
DROP INDEX expense_account;
CREATE INDEX expense_account ON expense (user_id, account_id, occurred_at, id) WHERE account_id IS NOT NULL;
