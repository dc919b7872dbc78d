-- Files of texts that people send: kept in sealed pieces until they are read, a page of texts a
-- transaction, its place in the same one.
CREATE TABLE upload (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    format     text NOT NULL CHECK (format IN ('csv', 'sms_backup', 'mbox')),
    state      text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'reading', 'done', 'cancelled')),
    size       bigint NOT NULL DEFAULT 0, -- bytes received
    place      bigint NOT NULL DEFAULT 0, -- bytes read
    line       bigint NOT NULL DEFAULT 1, -- of the place
    columns    text,                      -- of a CSV file: its first record
    items      bigint NOT NULL DEFAULT 0,
    received   bigint NOT NULL DEFAULT 0,
    duplicate  bigint NOT NULL DEFAULT 0,
    skipped    bigint NOT NULL DEFAULT 0,
    failed     bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);
CREATE INDEX upload_to_read ON upload (changed_at) WHERE state = 'reading';
CREATE INDEX upload_open ON upload (changed_at) WHERE state = 'open';

CREATE TABLE upload_piece (
    user_id   uuid NOT NULL,
    upload_id uuid NOT NULL,
    at        bigint NOT NULL,
    len       integer NOT NULL,
    sealed    bytea NOT NULL,
    PRIMARY KEY (user_id, upload_id, at),
    FOREIGN KEY (user_id, upload_id) REFERENCES upload ON DELETE CASCADE
);

-- What was not simply taken in.
CREATE TABLE upload_item (
    user_id    uuid NOT NULL,
    upload_id  uuid NOT NULL,
    number     bigint NOT NULL, -- of the item in the file, from 1
    line       bigint NOT NULL,
    status     text NOT NULL CHECK (status IN ('duplicate', 'skipped', 'failed')),
    code       text NOT NULL,
    message_id uuid,
    PRIMARY KEY (user_id, upload_id, number),
    FOREIGN KEY (user_id, upload_id) REFERENCES upload ON DELETE CASCADE
);
