-- Messages as they came, every attempt to read them, and what is known of their owners.

CREATE TABLE message (
    user_id              uuid NOT NULL,
    id                   uuid NOT NULL,
    device_message_id    text,
    channel              text NOT NULL,
    sender               text NOT NULL,
    body                 text NOT NULL,
    received_at          timestamptz NOT NULL,
    created_at           timestamptz NOT NULL DEFAULT now(),
    -- SHA-256 of the text with white space folded: the same text again, whatever its sender id.
    fingerprint          bytea NOT NULL,
    status               text NOT NULL DEFAULT 'received' CHECK (status IN
        ('received', 'parsed', 'needs_review', 'rejected', 'unrecognised', 'duplicate')),
    reason               text,
    -- The earlier message that this one repeats, or may repeat.
    duplicate_of         uuid,
    possible_duplicate_of uuid,
    expense_id           uuid,
    PRIMARY KEY (user_id, id),
    UNIQUE (user_id, device_message_id)
);
CREATE INDEX message_fingerprint ON message (user_id, fingerprint);
CREATE INDEX message_status ON message (user_id, status, id DESC);

-- One row each time a reader looked at the text.
CREATE TABLE attempt (
    user_id    uuid NOT NULL,
    message_id uuid NOT NULL,
    number     integer NOT NULL,
    parser     text NOT NULL,
    outcome    text NOT NULL,
    reason     text,
    class      text NOT NULL,
    confidence integer NOT NULL,
    fields     jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, message_id, number)
);

-- What other services' events tell of a user. A deleted user's row stays as the tombstone that keeps
-- texts still on their way from bringing the user back.
CREATE TABLE person (
    user_id       uuid PRIMARY KEY,
    base_currency text,
    time_zone     text,
    version       bigint NOT NULL DEFAULT 0,
    deleted       boolean NOT NULL DEFAULT false
);
