-- When rates are fetched next, whichever replica does: one row, taken before the fetch.
CREATE TABLE rate_due (
    id     boolean PRIMARY KEY DEFAULT true CHECK (id),
    due_at timestamptz NOT NULL
);
