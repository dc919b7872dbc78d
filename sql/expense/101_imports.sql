-- Files of entries that people send: kept in pieces, as UTF-8, until they are in the ledger, a page of
-- rows a transaction, its place in the same one.
CREATE TABLE import (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    format     text NOT NULL CHECK (format IN ('csv', 'ofx')),
    state      text NOT NULL DEFAULT 'open' CHECK (state IN
               ('open', 'preview', 'checking', 'refused', 'importing', 'done', 'undoing', 'undone', 'cancelled')),
    whole      boolean NOT NULL DEFAULT false, -- all rows or none
    duplicates text NOT NULL DEFAULT 'skip' CHECK (duplicates IN ('skip', 'import')),
    encoding   text NOT NULL DEFAULT 'UTF-8',
    layout     jsonb NOT NULL DEFAULT '{}',
    headers    jsonb,                      -- the first record's cells
    size       bigint NOT NULL DEFAULT 0,  -- bytes of the pieces
    place      bigint NOT NULL DEFAULT 0,  -- bytes read
    line       bigint NOT NULL DEFAULT 1,  -- of the place
    context    text NOT NULL DEFAULT '',   -- what was read before the place and holds behind it
    rows       bigint NOT NULL DEFAULT 0,
    created    bigint NOT NULL DEFAULT 0,
    duplicate  bigint NOT NULL DEFAULT 0,
    failed     bigint NOT NULL DEFAULT 0,
    undone     bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);
CREATE INDEX import_to_work ON import (changed_at) WHERE state IN ('checking', 'importing', 'undoing');
CREATE INDEX import_to_purge ON import (changed_at) WHERE state NOT IN ('checking', 'importing', 'undoing');

CREATE TABLE import_piece (
    user_id   uuid NOT NULL,
    import_id uuid NOT NULL,
    at        bigint NOT NULL,
    bytes     bytea NOT NULL,
    PRIMARY KEY (user_id, import_id, at),
    FOREIGN KEY (user_id, import_id) REFERENCES import ON DELETE CASCADE
);

-- Rows that did not become an entry, and why; expense_id: what is there already.
CREATE TABLE import_row (
    user_id    uuid NOT NULL,
    import_id  uuid NOT NULL,
    number     bigint NOT NULL, -- of the row in the file, from 1
    line       bigint NOT NULL,
    status     text NOT NULL CHECK (status IN ('duplicate', 'failed')),
    code       text NOT NULL,
    field      text,
    expense_id uuid,
    PRIMARY KEY (user_id, import_id, number),
    FOREIGN KEY (user_id, import_id) REFERENCES import ON DELETE CASCADE
);
CREATE INDEX import_row_expense ON import_row (user_id, import_id, expense_id) WHERE expense_id IS NOT NULL;

-- How files with these headers were read the last time.
CREATE TABLE import_layout (
    user_id uuid NOT NULL,
    headers text NOT NULL, -- SHA-256 of them, in hexadecimal
    layout  jsonb NOT NULL,
    used_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, headers)
);

ALTER TABLE expense ADD COLUMN import_id uuid;
CREATE INDEX expense_import ON expense (user_id, import_id, id) WHERE import_id IS NOT NULL;
CREATE INDEX account_name ON account (user_id, lower(name));
