-- Accounts made by hand besides those that texts name. hand_name: the name, in lower case, of one that
-- has neither bank nor digits to be known by; empty for all others. opening: what it held at a time, from
-- which its entries are counted where no bank tells a balance.
ALTER TABLE account
    ADD COLUMN hand_name        text NOT NULL DEFAULT '',
    ADD COLUMN opening_minor    bigint,
    ADD COLUMN opening_currency text,
    ADD COLUMN opening_at       timestamptz,
    ADD CHECK (num_nulls(opening_minor, opening_currency, opening_at) IN (0, 3));
DROP INDEX account_seen;
CREATE UNIQUE INDEX account_seen ON account (user_id, bank, last4, type, hand_name);
