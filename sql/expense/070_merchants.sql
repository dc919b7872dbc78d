-- What else a merchant is called: texts and entries that say this name are of that merchant.
CREATE TABLE merchant_alias (
    user_id     uuid NOT NULL,
    id          uuid NOT NULL,
    merchant_id uuid NOT NULL,
    name        text NOT NULL CHECK (name <> ''),
    created_at  timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, id),
    FOREIGN KEY (user_id, merchant_id) REFERENCES merchant (user_id, id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX merchant_alias_name ON merchant_alias (user_id, lower(name));
CREATE INDEX merchant_alias_of ON merchant_alias (user_id, merchant_id);
CREATE INDEX merchant_list ON merchant (user_id, lower(name), id);

-- Whose word the merchant's category is: 'rule' when the person set it as the one for what is to come,
-- 'learned' when it was taken from a correction. While two corrections contradict each other
-- (conflict_id is the later one) it is not used.
ALTER TABLE merchant
    ADD COLUMN category_by text NOT NULL DEFAULT 'rule' CHECK (category_by IN ('rule', 'learned')),
    ADD COLUMN conflict_id uuid,
    ADD COLUMN taught_at   timestamptz,
    -- The last expense that was given the category, while all of them are to be.
    ADD COLUMN apply_after uuid;
CREATE INDEX merchant_to_apply ON merchant (updated_at) WHERE apply_after IS NOT NULL;
