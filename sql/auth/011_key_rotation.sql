-- A key is published before it signs, so that every service and cache knows it by then: state next.
-- state_at says since when the state holds; a retired key keeps its public part, for the record.
ALTER TABLE signing_key DROP CONSTRAINT signing_key_state_check;
ALTER TABLE signing_key ADD CONSTRAINT signing_key_state_check
    CHECK (state IN ('next', 'signing', 'verifying', 'retired'));
ALTER TABLE signing_key ADD COLUMN state_at timestamptz NOT NULL DEFAULT now();
UPDATE signing_key SET state_at = created_at WHERE state = 'signing';
CREATE UNIQUE INDEX signing_key_one_next ON signing_key (state) WHERE state = 'next';
