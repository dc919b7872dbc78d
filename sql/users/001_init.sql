-- One row a person, made by user.registered or by the first request with a valid token, whichever
-- comes first. A deleted account keeps the bare id with deleted_at: events that come late then find
-- that the person is gone, and nothing about the person is left.
CREATE TABLE profile (
    user_id        uuid PRIMARY KEY,
    email          text,
    name           text,
    base_currency  text,
    time_zone      text,
    locale         text,
    month_start    smallint,
    retention_days integer,
    -- Names of the fields that the person set, separated by spaces. The others hold the defaults of
    -- the time the row was made, or what auth-service told.
    chosen         text NOT NULL DEFAULT '',
    version        bigint NOT NULL DEFAULT 1,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL DEFAULT now(),
    deleted_at     timestamptz,
    CONSTRAINT profile_complete CHECK (deleted_at IS NOT NULL OR
        (base_currency IS NOT NULL AND time_zone IS NOT NULL AND locale IS NOT NULL
         AND month_start BETWEEN 1 AND 28 AND retention_days BETWEEN 1 AND 3650)),
    CONSTRAINT profile_erased CHECK (deleted_at IS NULL OR
        (email IS NULL AND name IS NULL AND base_currency IS NULL AND time_zone IS NULL
         AND locale IS NULL AND month_start IS NULL AND retention_days IS NULL AND chosen = ''))
);
