-- Texts are sealed (AES-256-GCM) under a key of their owner's own: erasing that row erases the texts in
-- every backup that does not hold it too.
CREATE TABLE text_key (
    user_id    uuid PRIMARY KEY,
    -- 32 random bytes, themselves sealed under the key-encryption key that kek_id tells; in clear where
    -- kek_id is NULL, since the daemon was given none.
    secret     bytea NOT NULL,
    kek_id     bytea,
    created_at timestamptz NOT NULL DEFAULT now()
);

-- Rows of before this migration have their text in body, and in fingerprint a SHA-256 without a key. The
-- daemon seals them in batches; body and sealed are both NULL once the text's time is over.
ALTER TABLE message ALTER COLUMN body DROP NOT NULL;
ALTER TABLE message ADD COLUMN sealed bytea;
CREATE INDEX message_in_clear ON message (user_id, id) WHERE body IS NOT NULL;
