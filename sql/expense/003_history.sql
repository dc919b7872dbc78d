-- Every change of an expense after it was entered, in the transaction of the change: an entry's own
-- row tells when and by whom it was made, so that reading texts writes nothing here. changes is
-- {field: {from, to}} as the API shows the fields; actor is who set them.
CREATE TABLE expense_change (
    user_id    uuid NOT NULL,
    expense_id uuid NOT NULL,
    version    bigint NOT NULL,
    action     text NOT NULL CHECK (action IN ('updated', 'deleted', 'restored', 'confirmed')),
    actor      text NOT NULL CHECK (actor IN ('user', 'rule', 'learned', 'parser')),
    changes    jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, expense_id, version),
    FOREIGN KEY (user_id, expense_id) REFERENCES expense (user_id, id) ON DELETE CASCADE
);

-- What was deleted can be restored for 30 days. After that an entry made by hand goes; one read from
-- a text keeps the bare id of the text, or the text given again would be booked anew.
ALTER TABLE expense ADD COLUMN purged boolean NOT NULL DEFAULT false;
CREATE INDEX expense_to_purge ON expense (deleted_at) WHERE deleted_at IS NOT NULL AND NOT purged;
-- The list of what can be restored, in the orders of the list of expenses.
CREATE INDEX expense_trash_time ON expense (user_id, occurred_at, id)
    WHERE deleted_at IS NOT NULL AND NOT purged;
CREATE INDEX expense_trash_amount ON expense (user_id, amount_milli, id)
    WHERE deleted_at IS NOT NULL AND NOT purged;
