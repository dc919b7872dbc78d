-- The answers of creating POSTs, given again to the same Idempotency-Key (common/http/idempotency.h).
-- Written in the transaction of the effect; purged a day later in small batches.
CREATE TABLE idempotency_key (
    user_id      uuid        NOT NULL,
    route        text        NOT NULL, -- "POST /api/v1/expenses"
    key          text        NOT NULL,
    request_hash text        NOT NULL, -- SHA-256 of path and body, in hex
    status       integer     NOT NULL,
    body         text,                 -- JSON as it was sent
    location     text,
    etag         text,
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, route, key)
);
CREATE INDEX idempotency_key_created_at ON idempotency_key (created_at);
