-- The number of the account event that e-mail and name came from: an older one that comes late (a
-- dead letter given again, a replay of the topic) must not overwrite a newer state.
ALTER TABLE profile ADD COLUMN account_sequence bigint NOT NULL DEFAULT 0;
