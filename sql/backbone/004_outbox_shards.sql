-- The outbox in parts, so that the relays of several replicas share it: a record's part follows from
-- its key, so one user's events are all in one part, in id order, and a part has one relay at a time.
-- The last character of a key is a hexadecimal digit of a random number (UUIDs); its low three bits
-- fill the eight parts evenly enough, and cost nothing to compute.
ALTER TABLE outbox ADD COLUMN shard smallint NOT NULL GENERATED ALWAYS AS (
    CASE WHEN octet_length(key) > 0 THEN get_byte(key, octet_length(key) - 1) & 7 ELSE 0 END
) STORED;
ALTER TABLE outbox DROP CONSTRAINT outbox_pkey, ADD PRIMARY KEY (shard, id);

-- The compare-and-set of next_offset alone decides between two owners of a partition: the one that
-- comes second matches no row, and follows or leaves. Nothing ever raised an epoch.
ALTER TABLE inbox_offset DROP COLUMN epoch;
