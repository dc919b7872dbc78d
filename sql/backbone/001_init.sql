-- The tables of the backbone, the same in every schema: events on their way out (outbox), the
-- numbering of events (event_sequence) and the marks of what was applied (inbox).
-- Names are unqualified: search_path is the schema.

-- Events waiting for the broker. Read in id order and deleted by the relay. The relay's order per
-- user rests on ids being handed out one by one: the sequence must keep CACHE 1.
CREATE TABLE outbox (
    id         bigserial   PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now(),
    topic      text        NOT NULL,
    key        bytea,               -- NULL only for a dead letter that had none
    value      bytea,               -- NULL only for a dead letter that was a tombstone
    headers    json                 -- {name: text}; json and not jsonb, which refuses \u0000
) WITH (
    -- Every row lives for milliseconds: vacuum by count, not by share of a table that is empty, and
    -- do not take the exclusive lock that gives the empty end back to the file system.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
    autovacuum_vacuum_insert_threshold = -1, autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 50000, vacuum_truncate = false
);

-- Number of the last event of a user (or other record key) on a topic: gap-free from 1.
-- Free room in each page keeps the update of a row on its page, without touching the index.
CREATE TABLE event_sequence (
    user_id  text   NOT NULL,
    topic    text   NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (user_id, topic)
) WITH (fillfactor = 70);

-- What the broker will never take (too large, unknown topic), with the reason. For people to read.
CREATE TABLE outbox_refused (
    id         bigint      PRIMARY KEY,
    created_at timestamptz NOT NULL,
    refused_at timestamptz NOT NULL DEFAULT now(),
    reason     text        NOT NULL,
    topic      text        NOT NULL,
    key        bytea,
    value      bytea,
    headers    json
);

-- Next offset to apply of each partition, moved by compare-and-set in the transaction that applies
-- the records: an owner that lost the partition unknowingly matches no row and rolls back. epoch is
-- raised by each new owner, so that of two the older one cannot go on.
CREATE TABLE inbox_offset (
    topic       text        NOT NULL,
    partition   integer     NOT NULL,
    next_offset bigint      NOT NULL,
    epoch       bigint      NOT NULL DEFAULT 0,
    updated_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition)
) WITH (fillfactor = 70);

-- Number of the last event applied of a user on a topic: what is not above it is a repeat.
CREATE TABLE inbox_sequence (
    user_id  uuid   NOT NULL,
    topic    text   NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (user_id, topic)
) WITH (fillfactor = 70);
