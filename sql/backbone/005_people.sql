-- A person's data on its way out (common/people/export.h): what this service still has to tell, worked
-- off a page a transaction. Where it stands is kept with the page's events, so that a crash anywhere
-- repeats nothing and leaves nothing out. Jobs take turns by touched_at: a ledger of a million rows
-- does not hold up a small one.
CREATE TABLE export_job (
    user_id    uuid        NOT NULL,
    export_id  uuid        NOT NULL,
    table_name text        NOT NULL DEFAULT '', -- being told; empty: none yet
    last_key   text        NOT NULL DEFAULT '', -- of the last row told of it
    parts      integer     NOT NULL DEFAULT 0,  -- events so far
    created_at timestamptz NOT NULL DEFAULT now(),
    touched_at timestamptz NOT NULL DEFAULT now(), -- in the future: it failed and waits
    PRIMARY KEY (user_id, export_id)
);
CREATE INDEX export_job_turn ON export_job (touched_at);
