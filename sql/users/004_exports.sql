-- Everything that the suite holds of a person, put together from what each service tells of them
-- (common/people/export.h) and kept for a week.
--
-- running: parts come in. ready: the archive is whole. expired, failed and erased: nothing is left
-- but this row, and of an erased one not even that in a moment. Writers of an export's parts share-lock
-- its row and see what it has become, so nothing is stored for one that has ended.
CREATE TABLE export (
    user_id      uuid NOT NULL,
    id           uuid NOT NULL,
    state        text NOT NULL DEFAULT 'running'
        CHECK (state IN ('running', 'ready', 'expired', 'failed', 'erased')),
    requested_at timestamptz NOT NULL DEFAULT now(),
    told_at      timestamptz,         -- every part is here
    ready_at     timestamptz,
    expires_at   timestamptz,         -- of a ready one
    size         bigint,
    sha256       text,
    -- Who puts the archive together, and until when others leave it alone: a process that is killed
    -- leaves it to another one.
    assembler    uuid,
    leased_until timestamptz,
    rest         boolean NOT NULL DEFAULT true, -- rows below that are not needed any more may be there
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX export_running ON export (user_id) WHERE state = 'running';
CREATE INDEX export_to_fail ON export (requested_at) WHERE state = 'running';
CREATE INDEX export_to_assemble ON export (told_at) WHERE state = 'running' AND told_at IS NOT NULL;
CREATE INDEX export_to_expire ON export (expires_at) WHERE state = 'ready';
CREATE INDEX export_to_purge ON export (id) WHERE state <> 'running' AND rest;
CREATE INDEX export_old ON export (requested_at) WHERE state <> 'running';

-- What each service has told.
CREATE TABLE export_source (
    user_id      uuid NOT NULL,
    export_id    uuid NOT NULL,
    service      text NOT NULL,
    parts        integer NOT NULL DEFAULT 0, -- stored
    rows         bigint NOT NULL DEFAULT 0,
    parts_in_all integer,                    -- told at the end
    tables       jsonb,                      -- their names, told at the end
    updated_at   timestamptz,
    PRIMARY KEY (user_id, export_id, service),
    FOREIGN KEY (user_id, export_id) REFERENCES export (user_id, id) ON DELETE CASCADE
);

CREATE TABLE export_part (
    user_id    uuid NOT NULL,
    export_id  uuid NOT NULL,
    service    text NOT NULL,
    number     integer NOT NULL,
    table_name text NOT NULL,
    data       text NOT NULL, -- a JSON array of rows
    PRIMARY KEY (user_id, export_id, service, number)
);

-- The archive, in pieces of one size but the last. It is compressed already.
CREATE TABLE export_piece (
    user_id   uuid NOT NULL,
    export_id uuid NOT NULL,
    number    integer NOT NULL, -- from 0
    data      bytea NOT NULL,
    PRIMARY KEY (user_id, export_id, number)
);
ALTER TABLE export_piece ALTER COLUMN data SET STORAGE EXTERNAL;
