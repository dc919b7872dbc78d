-- The number of the profile event that the owner's columns came from: an older one that comes late
-- (a dead letter given again, a replay of the topic) must not overwrite a newer state.
ALTER TABLE owner ADD COLUMN profile_sequence bigint NOT NULL DEFAULT 0;
