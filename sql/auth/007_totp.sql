-- The second factor (RFC 6238).

CREATE TABLE totp (
    user_id      uuid        PRIMARY KEY,
    secret       bytea       NOT NULL,  -- base32 text
    key_id       bytea,                 -- of the key that it is AES-256-GCM-encrypted with; NULL: in clear
    confirmed_at timestamptz,           -- NULL: begun, and asked for by no login yet
    last_step    bigint      NOT NULL DEFAULT 0,  -- of the last code used: it and older ones are refused
    created_at   timestamptz NOT NULL DEFAULT now()
);

-- For who lost the telephone; a row goes when its code is used.
CREATE TABLE recovery_code (
    user_id   uuid  NOT NULL,
    code_hash bytea NOT NULL,  -- SHA-256
    PRIMARY KEY (user_id, code_hash)
);

-- A login whose password was right and whose code is to come.
CREATE TABLE login_challenge (
    challenge_hash   bytea       PRIMARY KEY,  -- SHA-256 of the token
    user_id          uuid        NOT NULL,
    password_version bigint      NOT NULL,  -- of the password that was right
    attempts         integer     NOT NULL DEFAULT 0,
    expires_at       timestamptz NOT NULL
);
CREATE INDEX login_challenge_expires ON login_challenge (expires_at);
