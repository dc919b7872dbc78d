-- How a category looks. A deleted one is hidden at once and goes when its last expense has moved to
-- moved_to (NULL: to none), some in a transaction.
ALTER TABLE category
    ADD COLUMN icon text NOT NULL DEFAULT '',
    ADD COLUMN colour text NOT NULL DEFAULT '' CHECK (colour ~ '^(#[0-9a-f]{6})?$'),
    ADD COLUMN deleted_at timestamptz,
    ADD COLUMN moved_to uuid;
CREATE INDEX category_parent ON category (user_id, parent_id);
CREATE INDEX category_to_move ON category (deleted_at) WHERE deleted_at IS NOT NULL;
-- The name of one that is going is free again.
DROP INDEX category_name;
CREATE UNIQUE INDEX category_name ON category (user_id, lower(name)) WHERE deleted_at IS NULL;
CREATE INDEX merchant_category ON merchant (user_id, category_id) WHERE category_id IS NOT NULL;

-- Those who have the default set already get its looks.
UPDATE category c SET icon = d.icon, colour = d.colour
  FROM (VALUES
    ('groceries', '🛒', '#43a047'), ('dining', '🍽️', '#fb8c00'), ('transport', '🚌', '#1e88e5'),
    ('fuel', '⛽', '#6d4c41'), ('shopping', '🛍️', '#d81b60'), ('bills', '💡', '#fdd835'),
    ('housing', '🏠', '#5e35b1'), ('health', '🩺', '#e53935'), ('entertainment', '🎬', '#8e24aa'),
    ('education', '🎓', '#3949ab'), ('travel', '✈️', '#039be5'), ('insurance', '🛡️', '#546e7a'),
    ('investments', '📈', '#00897b'), ('gifts', '🎁', '#ec407a'), ('cash', '💵', '#7cb342'),
    ('fees', '🏦', '#757575'), ('salary', '💼', '#2e7d32'), ('income', '💰', '#558b2f'),
    ('transfer', '🔁', '#78909c'), ('other', '📦', '#9e9e9e')) AS d (key, icon, colour)
 WHERE c.key = d.key;
