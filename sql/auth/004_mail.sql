-- Mail: what is to be sent, and the codes that mails carry.

ALTER TABLE account ADD COLUMN email_verified_at timestamptz;

-- Mails waiting, each added in the transaction of its cause, deleted when the server took it. One of
-- a kind for an address waits at a time, so asking again adds nothing. Whether the address has an
-- account is looked up when it is sent: asking must not tell, nor take longer, for either.
-- due_at is also the lease of whoever is sending it now: who dies while sending lets it fall due.
CREATE TABLE mail (
    kind       text        NOT NULL,
    email_key  text        NOT NULL,
    mail_id    uuid        NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    due_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, email_key)
) WITH (fillfactor = 70);
CREATE INDEX mail_due ON mail (due_at);

-- Codes that were sent, as SHA-256. A code is made when its mail leaves and is nowhere but there.
CREATE TABLE mail_code (
    user_id    uuid        NOT NULL,
    code_hash  bytea       NOT NULL,
    purpose    text        NOT NULL,
    email_key  text        NOT NULL,  -- the address it was sent to, and so proves
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);
CREATE UNIQUE INDEX mail_code_hash ON mail_code (code_hash);
CREATE INDEX mail_code_expires ON mail_code (expires_at);
