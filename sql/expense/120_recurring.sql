-- Recurring payments that a person does not want to see as such. They are found when asked, so what is
-- kept is what they look like: one of this merchant, period and much the same amount is meant, whichever
-- entries it is made of by then.
CREATE TABLE recurring_dismissed (
    user_id      uuid NOT NULL,
    id           uuid NOT NULL,
    merchant_id  uuid NOT NULL,
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    direction    text NOT NULL CHECK (direction IN ('debit', 'credit')),
    period       text NOT NULL CHECK (period IN ('weekly', 'two_weekly', 'monthly', 'quarterly', 'yearly')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    created_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, merchant_id) REFERENCES merchant (user_id, id) ON DELETE CASCADE
);
CREATE INDEX recurring_dismissed_of ON recurring_dismissed (user_id, merchant_id);
