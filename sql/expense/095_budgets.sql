-- What a person means to spend at most in each week, month or year that begins like starts_on.
CREATE TABLE budget (
    user_id      uuid NOT NULL,
    id           uuid NOT NULL,
    name         text NOT NULL CHECK (name <> ''),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    scope        text NOT NULL CHECK (scope IN ('all', 'category', 'tree', 'tag')),
    category_id  uuid,
    tag          text,
    period       text NOT NULL CHECK (period IN ('weekly', 'monthly', 'yearly')),
    rollover     text NOT NULL CHECK (rollover IN ('none', 'remaining', 'all')),
    starts_on    date NOT NULL,
    ends_on      date,
    thresholds   jsonb NOT NULL,
    version      bigint NOT NULL DEFAULT 1,
    created_at   timestamptz NOT NULL DEFAULT now(),
    updated_at   timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    -- A category that goes takes its budgets along: there is nothing left to count.
    FOREIGN KEY (user_id, category_id) REFERENCES category (user_id, id) ON DELETE CASCADE
);
CREATE INDEX budget_category ON budget (user_id, category_id) WHERE category_id IS NOT NULL;

-- Told already, in this period.
CREATE TABLE budget_crossed (
    user_id     uuid NOT NULL,
    budget_id   uuid NOT NULL,
    period_from date NOT NULL,
    threshold   integer NOT NULL,
    PRIMARY KEY (user_id, budget_id, period_from, threshold),
    FOREIGN KEY (user_id, budget_id) REFERENCES budget ON DELETE CASCADE
);

-- Whose sums changed since their budgets were looked at. Only added to, as day_sum is, so that two
-- writers never wait for each other.
CREATE TABLE budget_due (
    user_id uuid NOT NULL,
    part    bigint NOT NULL DEFAULT nextval('day_sum_part'),
    PRIMARY KEY (user_id, part)
);
CREATE FUNCTION budget_due() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    INSERT INTO budget_due (user_id)
    SELECT DISTINCT r.user_id FROM new_rows r WHERE r.part <> 0
       AND EXISTS (SELECT FROM budget b WHERE b.user_id = r.user_id);
    RETURN NULL;
END $$;
CREATE TRIGGER budget_due AFTER INSERT ON day_sum REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION budget_due();
-- By tag nothing is summed: the expenses of the period are looked at.
CREATE FUNCTION expense_spent(person uuid, first date, last date, of_tag text)
RETURNS TABLE (currency text, minor numeric) LANGUAGE sql STABLE AS $$
    SELECT e.currency, sum(CASE p.kind WHEN 'expense' THEN p.minor WHEN 'refund' THEN -p.minor ELSE 0 END)
      FROM owner o JOIN expense e ON e.user_id = o.user_id
     CROSS JOIN LATERAL expense_parts(e.splits, e.type, e.category_id, e.amount_minor) p
     WHERE o.user_id = person AND e.deleted_at IS NULL AND e.tags @> to_jsonb(of_tag)
       AND e.occurred_at >= first::timestamp AT TIME ZONE o.time_zone
       AND e.occurred_at < (last + 1)::timestamp AT TIME ZONE o.time_zone
     GROUP BY 1
$$;
