-- How long a person's texts are kept, as user-service tells (NULL: it has not yet; nothing is purged), and
-- when their texts are looked through next.
ALTER TABLE person ADD COLUMN retention_days integer;
ALTER TABLE person ADD COLUMN purge_at timestamptz NOT NULL DEFAULT now();
CREATE INDEX person_purge_at ON person (purge_at) WHERE retention_days IS NOT NULL AND NOT deleted;
-- Texts that are still kept, oldest first.
CREATE INDEX message_kept ON message (user_id, created_at) WHERE sealed IS NOT NULL;
