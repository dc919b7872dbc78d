-- Tokens for forwarders and scripts of a person: narrow, lasting, shown once. Of the token only a
-- hash is kept. It is exchanged for short access tokens, so no other service knows of it.
CREATE TABLE api_token (
    user_id      uuid        NOT NULL,
    token_id     uuid        NOT NULL,
    name         text        NOT NULL,
    scope        text        NOT NULL,  -- words separated by spaces
    hash         bytea       NOT NULL,  -- SHA-256 of the token's bytes
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz NOT NULL,
    last_used_at timestamptz,           -- to the minute
    PRIMARY KEY (user_id, token_id)
) WITH (fillfactor = 80);
CREATE INDEX api_token_expires ON api_token (expires_at);
