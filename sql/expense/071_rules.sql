-- What a person wants done with expenses that look so: conditions and actions are of src/rules/rule.h.
CREATE TABLE rule (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    name       text NOT NULL CHECK (name <> ''),
    enabled    boolean NOT NULL,
    stop       boolean NOT NULL, -- those after it are not looked at
    position   integer NOT NULL,
    conditions jsonb NOT NULL,
    actions    jsonb NOT NULL,
    version    bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id)
);
CREATE INDEX rule_order ON rule (user_id, position, id);

-- Rules on what was entered before: a page of expenses a transaction, its place in the same one.
CREATE TABLE rule_job (
    user_id     uuid NOT NULL,
    id          uuid NOT NULL,
    rule_id     uuid, -- NULL: all that are enabled
    state       text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done', 'cancelled')),
    after_id    uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    looked      bigint NOT NULL DEFAULT 0,
    changed     bigint NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL DEFAULT now(),
    worked_at   timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX rule_job_one ON rule_job (user_id) WHERE state = 'running';
CREATE INDEX rule_job_due ON rule_job (worked_at) WHERE state = 'running';
