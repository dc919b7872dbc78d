-- A ticket opens a person's stream of events, since a browser's EventSource can send no header with a
-- token. It counts for as long as an access token, for reconnecting too; only its hash is kept.
-- session_id and issued_at are those of the token it was given for: revoking that ends the ticket.
CREATE TABLE live_ticket (
    user_id    uuid        NOT NULL REFERENCES owner,
    hash       bytea       NOT NULL, -- SHA-256
    session_id text        NOT NULL,
    issued_at  bigint      NOT NULL, -- of the token, seconds since 1970
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, hash)
);
