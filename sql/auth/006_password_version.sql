-- Counts the changes of a password. A login that began with one before ends without a session; a hash
-- that was only made anew at a higher cost is no change.

ALTER TABLE account ADD COLUMN password_version bigint NOT NULL DEFAULT 1;
