-- What is left of a deleted person: when they were deleted, and which service has told that it holds
-- nothing any more. Found by the SHA-256 of the user id, by who knows that id; from the hash nobody
-- gets back to it, since 74 bits of an id are chance.
CREATE TABLE receipt (
    user_hash  bytea PRIMARY KEY,
    deleted_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE receipt_service (
    user_hash bytea NOT NULL REFERENCES receipt,
    service   text NOT NULL,
    erased_at timestamptz NOT NULL,
    PRIMARY KEY (user_hash, service)
);

-- erased: this service has told so. The bare id is kept for as long as an event of the person may
-- still come (topics keep 7 days, dead letters 30), so that none brings the person back, and no longer.
ALTER TABLE profile ADD COLUMN erased boolean NOT NULL DEFAULT false;
CREATE INDEX profile_to_report ON profile (user_id) WHERE deleted_at IS NOT NULL AND NOT erased;
CREATE INDEX profile_to_forget ON profile (deleted_at) WHERE deleted_at IS NOT NULL;
-- Those deleted before there were receipts.
UPDATE profile SET erased = true WHERE deleted_at IS NOT NULL;
