-- Texts read again, by a person (theirs) or by the operator (user_id NULL: everybody's). A page of texts
-- a transaction, its place in the same one: after_user, after_id is the last text that was looked at.
CREATE TABLE replay (
    id          uuid PRIMARY KEY,
    user_id     uuid,
    dry_run     boolean NOT NULL,
    status      text, -- only texts of this status, sender, time, or read last by another reader
    sender      text,
    outdated    boolean NOT NULL DEFAULT false,
    received_from timestamptz,
    received_to timestamptz,
    rate        integer NOT NULL CHECK (rate > 0), -- texts a second, at most
    state       text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'cancelled')),
    after_user  uuid NOT NULL,
    after_id    uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    next_at     timestamptz NOT NULL DEFAULT now(),
    looked      bigint NOT NULL DEFAULT 0,
    read        bigint NOT NULL DEFAULT 0,
    changed     bigint NOT NULL DEFAULT 0,
    gone        bigint NOT NULL DEFAULT 0, -- their time was over: there is nothing to read
    created_at  timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz
);
CREATE UNIQUE INDEX replay_one_running ON replay (user_id) WHERE state = 'running';
CREATE INDEX replay_due ON replay (next_at) WHERE state = 'running';
CREATE INDEX replay_of ON replay (user_id, id);

-- What would change, of dry runs and of those that were applied.
CREATE TABLE replay_difference (
    user_id    uuid NOT NULL,
    replay_id  uuid NOT NULL REFERENCES replay ON DELETE CASCADE,
    message_id uuid NOT NULL,
    field      text NOT NULL,
    before     jsonb,
    after      jsonb,
    PRIMARY KEY (user_id, replay_id, message_id, field)
);
