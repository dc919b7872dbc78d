-- What a merchant gave back later than a purchase, which may be entered after it: found without reading
-- the merchant's other entries.
CREATE INDEX expense_credit ON expense (user_id, merchant_id, occurred_at)
    WHERE direction = 'credit' AND merchant_id IS NOT NULL AND deleted_at IS NULL;
