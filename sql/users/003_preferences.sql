-- First day of the week (1 Monday … 7 Sunday) and what a person wants to be told of: the names of the
-- switches that are on, separated by spaces. NULL, in rows that the release before this one writes,
-- is the default of both.
ALTER TABLE profile ADD COLUMN week_start smallint CHECK (week_start BETWEEN 1 AND 7);
ALTER TABLE profile ADD COLUMN notifications text;
