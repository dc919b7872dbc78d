-- Accounts that texts with a balance came to since their gaps were looked for. Only added to, so that two
-- writers never wait for each other. since: the earliest of those texts.
CREATE TABLE gap_due (
    user_id    uuid NOT NULL,
    account_id uuid NOT NULL,
    part       bigint NOT NULL DEFAULT nextval('day_sum_part'),
    since      timestamptz NOT NULL,
    at         timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, account_id, part)
);

-- Told already: the gap that ends with this entry.
CREATE TABLE gap_told (
    user_id    uuid NOT NULL,
    expense_id uuid NOT NULL,
    PRIMARY KEY (user_id, expense_id),
    FOREIGN KEY (user_id, expense_id) REFERENCES expense ON DELETE CASCADE
);

CREATE FUNCTION gap_due() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO gap_due (user_id, account_id, since)
    SELECT r.user_id, r.account_id, min(r.occurred_at) FROM new_rows r
     WHERE r.balance_minor IS NOT NULL AND r.account_id IS NOT NULL GROUP BY 1, 2;
    RETURN NULL;
END $$;
CREATE TRIGGER gap_due AFTER INSERT ON expense REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION gap_due();
