-- The ledger. Every table has user_id first in its primary key, so that the schema can be
-- distributed by user as it stands.

-- A person with what the ledger needs to know of them. Made by whichever comes first: the event
-- about the person, a bank text of theirs, or their first request. A deleted account keeps the bare
-- id with deleted_at, so that nothing that comes late brings the person back; erased tells that all
-- rows are gone. Writers share-lock this row: deletion waits for them and they see it.
CREATE TABLE owner (
    user_id       uuid PRIMARY KEY,
    base_currency text,
    time_zone     text NOT NULL DEFAULT 'UTC',
    month_start   smallint NOT NULL DEFAULT 1 CHECK (month_start BETWEEN 1 AND 28),
    created_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    erased        boolean NOT NULL DEFAULT false
);
CREATE INDEX owner_to_erase ON owner (user_id) WHERE deleted_at IS NOT NULL AND NOT erased;

-- The zone when this server knows it, else UTC: its tz database may be older than user-service's,
-- and a name it does not know would fail every summary of that person.
CREATE FUNCTION known_zone(zone text) RETURNS text LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM now() AT TIME ZONE zone;
    RETURN zone;
EXCEPTION WHEN invalid_parameter_value THEN
    RETURN 'UTC';
END $$;

-- key names the categories of the default set for machines; one made by a person has none.
CREATE TABLE category (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    parent_id  uuid,
    key        text,
    name       text NOT NULL CHECK (name <> ''),
    position   integer NOT NULL DEFAULT 0,
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, parent_id) REFERENCES category (user_id, id)
);
CREATE UNIQUE INDEX category_key ON category (user_id, key);
CREATE UNIQUE INDEX category_name ON category (user_id, lower(name));

CREATE TABLE merchant (
    user_id     uuid NOT NULL,
    id          uuid NOT NULL,
    name        text NOT NULL CHECK (name <> ''),
    category_id uuid,
    version     bigint NOT NULL DEFAULT 1,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, category_id) REFERENCES category (user_id, id)
);
CREATE UNIQUE INDEX merchant_name ON merchant (user_id, lower(name));

-- An account as bank texts name it; what a text leaves out is empty.
CREATE TABLE account (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    bank       text NOT NULL DEFAULT '',
    last4      text NOT NULL DEFAULT '',
    type       text NOT NULL DEFAULT '',
    name       text NOT NULL CHECK (name <> ''),
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX account_seen ON account (user_id, bank, last4, type);

-- amount_minor counts minor units of the currency. amount_milli is the same amount in thousandths
-- of the currency's unit (no currency has more than three decimals), so that amounts of currencies
-- with different decimals are filtered and sorted by their number.
CREATE TABLE expense (
    user_id       uuid NOT NULL REFERENCES owner,
    id            uuid NOT NULL,
    type          text NOT NULL CHECK (type IN ('expense', 'income', 'transfer', 'refund')),
    direction     text NOT NULL CHECK (direction IN ('debit', 'credit')),
    status        text NOT NULL CHECK (status IN ('posted', 'needs_review')),
    source        text NOT NULL CHECK (source IN ('manual', 'message', 'import')),
    amount_minor  bigint NOT NULL CHECK (amount_minor > 0),
    amount_milli  bigint NOT NULL CHECK (amount_milli > 0),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    occurred_at   timestamptz NOT NULL,
    merchant_id   uuid,
    category_id   uuid,
    account_id    uuid,
    note          text NOT NULL DEFAULT '',
    tags          jsonb NOT NULL DEFAULT '[]',
    origins       jsonb NOT NULL DEFAULT '{}', -- field: user, rule, learned or parser
    -- Of a bank text; NULL when entered by hand. balance and limit are what the bank told.
    message_id    uuid,
    fingerprint   text,
    revision      integer,
    parser        text,
    confidence    smallint CHECK (confidence BETWEEN 0 AND 100),
    class         text,
    channel       text,
    reference     text,
    merchant_raw  text,
    balance_minor bigint,
    limit_minor   bigint,
    possible_duplicate_of uuid, -- message_id of the text that this one repeats, perhaps
    version       bigint NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, merchant_id) REFERENCES merchant (user_id, id),
    FOREIGN KEY (user_id, category_id) REFERENCES category (user_id, id),
    FOREIGN KEY (user_id, account_id) REFERENCES account (user_id, id)
);
-- A text becomes one expense at most, also after that expense was deleted.
CREATE UNIQUE INDEX expense_message ON expense (user_id, message_id) WHERE message_id IS NOT NULL;
-- Lists go through these in either direction; cost does not grow with the depth of the page.
CREATE INDEX expense_time ON expense (user_id, occurred_at, id) WHERE deleted_at IS NULL;
CREATE INDEX expense_amount ON expense (user_id, amount_milli, id) WHERE deleted_at IS NULL;
CREATE INDEX expense_merchant ON expense (user_id, merchant_id, occurred_at, id);
CREATE INDEX expense_category ON expense (user_id, category_id, occurred_at, id);
CREATE INDEX expense_account ON expense (user_id, account_id, occurred_at, id);
