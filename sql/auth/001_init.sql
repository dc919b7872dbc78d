-- Accounts, sessions and signing keys. Names are unqualified: search_path is the schema.
-- Tables of user data have user_id first in their primary key; the others are directories looked up
-- by a key of their own before a user is known.

CREATE TABLE account (
    user_id       uuid        PRIMARY KEY,
    email         text        NOT NULL,  -- as the user wrote it
    name          text,
    password_hash text        NOT NULL,  -- argon2id with its parameters
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

-- Who owns an e-mail address. A table of its own, so that the address is unique over all users
-- wherever their rows live.
CREATE TABLE account_email (
    email_key text PRIMARY KEY,  -- normalised: lower case
    user_id   uuid NOT NULL
);

-- Idempotency-Key of a sign-up, for a day: a retry after a lost answer finds the account it made.
CREATE TABLE signup_key (
    key_hash   bytea       PRIMARY KEY,
    user_id    uuid        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX signup_key_created ON signup_key (created_at);

-- A session is one sign-in and its family of refresh tokens, of which only the hashes of the
-- current and the previous generation are kept. An ended session is deleted.
CREATE TABLE session (
    user_id         uuid        NOT NULL,
    session_id      uuid        NOT NULL,
    created_at      timestamptz NOT NULL,
    last_used_at    timestamptz NOT NULL,
    rotated_at      timestamptz NOT NULL,
    expires_at      timestamptz NOT NULL,
    address         text        NOT NULL,
    user_agent      text        NOT NULL,
    generation      bigint      NOT NULL,
    family_key      bytea       NOT NULL,  -- tells a token of this family that was rotated away
    current_hashes  bytea       NOT NULL,  -- SHA-256, 32 bytes each
    previous_hashes bytea       NOT NULL,
    PRIMARY KEY (user_id, session_id)
) WITH (fillfactor = 80);
CREATE INDEX session_expires ON session (expires_at);

-- Attempts to sign in, counted before the password is looked at. Keys are hashes: addresses and the
-- e-mails of people who have no account are not kept.
CREATE TABLE login_throttle (
    kind          text        NOT NULL CHECK (kind IN ('account', 'address', 'pair')),
    key           bytea       NOT NULL,
    failures      integer     NOT NULL,
    last_at       timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL,
    PRIMARY KEY (kind, key)
) WITH (fillfactor = 70);
CREATE INDEX login_throttle_last ON login_throttle (last_at);

-- Where a user has signed in from: such an address is not held up by attacks on the account from
-- elsewhere, so that nobody can lock the owner out.
CREATE TABLE known_address (
    user_id      uuid        NOT NULL,
    address_hash bytea       NOT NULL,
    seen_at      timestamptz NOT NULL,
    PRIMARY KEY (user_id, address_hash)
);
CREATE INDEX known_address_seen ON known_address (seen_at);

-- The count after one more failure: an hour of rest forgives what was before.
CREATE FUNCTION throttle_next(failures integer, last_at timestamptz) RETURNS integer
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN last_at < now() - interval '1 hour' THEN 1 ELSE least(failures, 100000) + 1 END
$$;

-- Nothing up to the free failures, then 1, 2, 4, … seconds, at most longest.
CREATE FUNCTION throttle_delay(failures integer, free integer, longest integer) RETURNS interval
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN failures < free THEN interval '0'
                ELSE least(longest, 2 ^ least(failures - free, 20)) * interval '1 second' END
$$;

CREATE TABLE signing_key (
    kid         text        PRIMARY KEY,
    state       text        NOT NULL CHECK (state IN ('signing', 'verifying', 'retired')),
    jwk         jsonb       NOT NULL,  -- public
    private_key bytea,                 -- NULL: given to each instance as a file
    sealed      boolean     NOT NULL,  -- private_key is AES-256-GCM under AUTH_KEY_ENCRYPTION_KEY
    created_at  timestamptz NOT NULL DEFAULT now()
);
-- Two instances that start at once end with one key.
CREATE UNIQUE INDEX signing_key_one_signs ON signing_key (state) WHERE state = 'signing';
