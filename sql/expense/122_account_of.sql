-- The account that a text means. Banks name themselves in some texts and in others not, and leave out what
-- kind of account it is as often: the same digits are the same account, unless more than one could be meant.
-- NULL: none yet, or that.
CREATE FUNCTION account_of(person uuid, its_bank text, digits text, kind text) RETURNS uuid
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT coalesce((array_agg(a.id) FILTER (WHERE a.bank = its_bank AND a.type = kind))[1],
                    CASE WHEN count(*) = 1 THEN (array_agg(a.id))[1] END)
      FROM account a
     WHERE a.user_id = person AND a.last4 = digits
       AND (a.bank = its_bank OR (digits <> '' AND '' IN (a.bank, its_bank)))
       AND (a.type = kind OR (digits <> '' AND '' IN (a.type, kind)))
$$;
