-- When an account is erased, unless its owner signs in before. NULL: not at all.

ALTER TABLE account ADD COLUMN delete_at timestamptz;
CREATE INDEX account_delete_at ON account (delete_at) WHERE delete_at IS NOT NULL;
