-- What made a change besides who: a rule, a link, an import.
ALTER TABLE expense_change ADD COLUMN source_id uuid;
