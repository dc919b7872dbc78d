-- What belongs together: the two legs of a transfer, a refund or reversal and its purchase, one payment
-- told twice. second_account: last digits of the other account that a text of an own transfer names.
-- merged_into: the expense that this one was found to be a duplicate of. Such a one is deleted, but in
-- no trash, and is kept for as long as the other is.
ALTER TABLE expense ADD COLUMN second_account text, ADD COLUMN merged_into uuid;
DROP INDEX expense_to_purge;
CREATE INDEX expense_to_purge ON expense (deleted_at)
    WHERE deleted_at IS NOT NULL AND NOT purged AND merged_into IS NULL;
-- What may belong to a new entry is found by these, whatever the ledger holds.
CREATE INDEX expense_pair ON expense (user_id, amount_milli, direction, occurred_at)
    WHERE deleted_at IS NULL;
CREATE INDEX expense_reference ON expense (user_id, reference)
    WHERE reference IS NOT NULL AND deleted_at IS NULL;

-- first is the purchase, the leg that was debited, or what a duplicate was merged into; second the
-- refund, the leg that was credited, or the duplicate. An expense is second of one link at most.
-- undo: {first, second: {version, fields: {field: {from, to, origin}}}}, from which both become what
-- they were.
CREATE TABLE expense_link (
    user_id    uuid NOT NULL,
    first_id   uuid NOT NULL,
    second_id  uuid NOT NULL CHECK (second_id <> first_id),
    kind       text NOT NULL CHECK (kind IN ('transfer', 'refund', 'reversal', 'duplicate')),
    actor      text NOT NULL CHECK (actor IN ('user', 'rule')),
    strength   smallint CHECK (strength BETWEEN 0 AND 100), -- NULL: of the person's own finding
    reasons    jsonb NOT NULL DEFAULT '[]',
    undo       jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, first_id, second_id),
    FOREIGN KEY (user_id, first_id) REFERENCES expense (user_id, id) ON DELETE CASCADE,
    FOREIGN KEY (user_id, second_id) REFERENCES expense (user_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX expense_link_second ON expense_link (user_id, second_id);

-- Two that may belong together, once, whichever way: what was dismissed is not suggested again.
CREATE TABLE link_suggestion (
    user_id    uuid NOT NULL,
    id         uuid NOT NULL,
    kind       text NOT NULL CHECK (kind IN ('transfer', 'refund', 'reversal', 'duplicate')),
    first_id   uuid NOT NULL,
    second_id  uuid NOT NULL,
    strength   smallint NOT NULL CHECK (strength BETWEEN 0 AND 100),
    reasons    jsonb NOT NULL,
    status     text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'accepted', 'dismissed')),
    created_at timestamptz NOT NULL DEFAULT now(),
    decided_at timestamptz,
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, first_id) REFERENCES expense (user_id, id) ON DELETE CASCADE,
    FOREIGN KEY (user_id, second_id) REFERENCES expense (user_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX link_suggestion_pair
    ON link_suggestion (user_id, least(first_id, second_id), greatest(first_id, second_id));
CREATE INDEX link_suggestion_first ON link_suggestion (user_id, first_id);
CREATE INDEX link_suggestion_second ON link_suggestion (user_id, second_id);
CREATE INDEX link_suggestion_list ON link_suggestion (user_id, status, id);

ALTER TABLE expense_change DROP CONSTRAINT expense_change_action_check;
ALTER TABLE expense_change ADD CONSTRAINT expense_change_action_check
    CHECK (action IN ('updated', 'deleted', 'restored', 'confirmed', 'linked', 'unlinked'));
