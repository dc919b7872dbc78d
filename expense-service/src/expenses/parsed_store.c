#include "expenses/parsed_store.h"

#include "base/mem.h"
#include "expenses/expense_columns.h"
#include "pg/columns.h"

/* The parameters of parsed_add, in order. */
enum column {
    USER_ID,
    ID,
    MESSAGE_ID,
    TYPE,
    DIRECTION,
    STATUS,
    AMOUNT_MINOR,
    AMOUNT_MILLI,
    CURRENCY,
    OCCURRED_AT,
    MERCHANT_NEW_ID,
    MERCHANT,
    ACCOUNT_NEW_ID,
    BANK,
    LAST4,
    ACCOUNT_TYPE,
    ACCOUNT_NAME,
    CATEGORY_KEY,
    FINGERPRINT,
    REVISION,
    PARSER,
    CONFIDENCE,
    CLASS,
    CHANNEL,
    REFERENCE,
    MERCHANT_RAW,
    BALANCE_MINOR,
    LIMIT_MINOR,
    POSSIBLE_DUPLICATE_OF,
    ORIGINS,
    SECOND_ACCOUNT,
    PLACE,
    COLUMNS
};

static const struct pg_statement statements[] = {
    {"parsed_merchants",
     "INSERT INTO merchant (user_id, id, name)"
     " SELECT DISTINCT ON (t.user_id, lower(t.merchant)) t.user_id, t.id, t.merchant"
     " FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (user_id, id, merchant)"
     " WHERE t.merchant IS NOT NULL AND NOT EXISTS (SELECT FROM merchant m"
     "  WHERE m.user_id = t.user_id AND lower(m.name) = lower(t.merchant))"
     " AND NOT EXISTS (SELECT FROM merchant_alias l WHERE l.user_id = t.user_id"
     "  AND lower(l.name) = lower(t.merchant))"
     " ORDER BY t.user_id, lower(t.merchant) ON CONFLICT DO NOTHING"},
    {"parsed_accounts",
     "WITH t AS (SELECT DISTINCT ON (t.user_id, t.bank, t.last4, t.type) *"
     "  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])"
     "   AS t (user_id, id, bank, last4, type, name) WHERE t.name IS NOT NULL"
     "  ORDER BY t.user_id, t.bank, t.last4, t.type),"
     /* The first text that names the bank names the account, too. */
     " named AS (UPDATE account a SET bank = t.bank, updated_at = now(), version = a.version + 1,"
     "   name = CASE a.name WHEN a.last4 THEN t.name ELSE a.name END"
     "  FROM t WHERE t.bank <> '' AND a.bank = '' AND a.last4 <> '' AND a.user_id = t.user_id"
     "   AND a.id = account_of(t.user_id, t.bank, t.last4, t.type))"
     "INSERT INTO account (user_id, id, bank, last4, type, name)"
     " SELECT t.* FROM t WHERE account_of(t.user_id, t.bank, t.last4, t.type) IS NULL"
     /* Of texts that came together the one that tells more. */
     "  AND NOT EXISTS (SELECT FROM t AS o WHERE o.user_id = t.user_id AND o.last4 = t.last4"
     "   AND t.last4 <> '' AND (o.bank, o.type) <> (t.bank, t.type) AND t.bank IN ('', o.bank)"
     "   AND t.type IN ('', o.type))"
     " ORDER BY t.user_id, t.bank, t.last4, t.type ON CONFLICT DO NOTHING"},
    /* A text that has its expense already, deleted or not, is left as it is. Names are taken along
     * from the look-up: the answer needs no second one. */
    {"parsed_add",
     "WITH i AS ("
     " SELECT t.*, m.id AS merchant_id, m.name AS merchant_name, c.id AS category_id,"
     "  CASE WHEN k.id IS NOT NULL THEN m.category_by ELSE 'parser' END AS category_by,"
     "  c.name AS category_name, a.id AS account_id, a.name AS named_account, a.last4 AS digits"
     " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], "
     "  $7::bigint[], $8::bigint[], $9::text[], $10::timestamptz[], $11::uuid[], "
     "  $12::text[], $13::uuid[], $14::text[], $15::text[], $16::text[], $17::text[], "
     "  $18::text[], $19::text[], $20::int[], $21::text[], $22::smallint[], "
     "  $23::text[], $24::text[], $25::text[], $26::text[], $27::bigint[], "
     "  $28::bigint[], $29::uuid[], $30::jsonb[], $31::text[], $32::int[])"
     "  AS t (user_id, id, message_id, type, direction, status, amount_minor, amount_milli, "
     "  currency, occurred_at, merchant_new_id, merchant, account_new_id, bank, last4, "
     "  account_type, account_name, category_key, fingerprint, revision, parser, "
     "  confidence, class, channel, reference, merchant_raw, balance_minor, "
     "  limit_minor, possible_duplicate_of, origins, second_account, place)"
     " LEFT JOIN merchant_alias l ON l.user_id = t.user_id AND lower(l.name) = lower(t.merchant)"
     " LEFT JOIN merchant m ON m.user_id = t.user_id AND m.id = coalesce(l.merchant_id,"
     "  (SELECT n.id FROM merchant n WHERE n.user_id = t.user_id"
     "   AND lower(n.name) = lower(t.merchant)))"
     /* What is known of the merchant goes before what its name suggests. */
     " LEFT JOIN category k ON k.user_id = m.user_id AND k.id = m.category_id"
     "  AND m.conflict_id IS NULL AND k.deleted_at IS NULL"
     " LEFT JOIN category c ON c.user_id = t.user_id AND CASE WHEN k.id IS NOT NULL"
     "  THEN c.id = k.id ELSE c.key = t.category_key END"
     " LEFT JOIN account a ON a.user_id = t.user_id AND t.account_name IS NOT NULL"
     "  AND a.id = account_of(t.user_id, t.bank, t.last4, t.account_type)),"
     " e AS ("
     " INSERT INTO expense (user_id, id, message_id, source, type, direction, status,"
     "  amount_minor, amount_milli, currency, occurred_at, merchant_id, category_id, account_id,"
     "  fingerprint, revision, parser, confidence, class, channel, reference, merchant_raw,"
     "  balance_minor, limit_minor, possible_duplicate_of, origins, second_account)"
     " SELECT user_id, id, message_id, 'message', type, direction, status, amount_minor,"
     "  amount_milli, currency, occurred_at, merchant_id, category_id, account_id, fingerprint,"
     "  revision, parser, confidence, class, channel, reference, merchant_raw, balance_minor,"
     "  limit_minor, possible_duplicate_of,"
     "  CASE WHEN category_id IS NULL THEN origins - 'category'"
     "   ELSE origins || jsonb_build_object('category', category_by) END, second_account"
     " FROM i ORDER BY place"
     " ON CONFLICT (user_id, message_id) WHERE message_id IS NOT NULL DO NOTHING RETURNING *)"
     " SELECT " EXPENSE_COLUMNS ", i.place FROM e JOIN i ON i.id = e.id"
     " CROSS JOIN LATERAL (SELECT i.merchant_name AS name) AS m"
     " CROSS JOIN LATERAL (SELECT i.category_name AS name) AS c"
     " CROSS JOIN LATERAL (SELECT i.named_account AS name, i.digits AS last4) AS a"
     " ORDER BY i.place"},
};
const struct pg_statements parsed_statements = {TABLE(statements)};

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

static void add_row(struct pg_columns *columns, const struct parsed *row, size_t place)
{
    const struct pg_param values[COLUMNS] = {
        [USER_ID] = P_STR(row->user_id),
        [ID] = P_STR(row->id),
        [MESSAGE_ID] = P_STR(row->message_id),
        [TYPE] = P_STR(expense_type_names[row->type]),
        [DIRECTION] = P_STR(expense_direction_names[row->direction]),
        [STATUS] = P_STR(expense_status_names[row->status]),
        [AMOUNT_MINOR] = P_INT(row->money.minor),
        [AMOUNT_MILLI] = P_INT(expense_amount_milli(&row->money)),
        [CURRENCY] = P_STR(row->money.currency),
        [OCCURRED_AT] = P_TIME(row->occurred_us),
        [MERCHANT_NEW_ID] = P_STR(or_null(row->merchant_new_id)),
        [MERCHANT] = P_STR(row->merchant),
        [ACCOUNT_NEW_ID] = P_STR(or_null(row->account_new_id)),
        [BANK] = P_STR(row->bank),
        [LAST4] = P_STR(row->last4),
        [ACCOUNT_TYPE] = P_STR(row->account_type),
        [ACCOUNT_NAME] = P_STR(or_null(row->account_name)),
        [CATEGORY_KEY] = P_STR(row->category_key),
        [FINGERPRINT] = P_STR(row->fingerprint),
        [REVISION] = P_INT(row->revision),
        [PARSER] = P_STR(row->parser),
        [CONFIDENCE] = P_INT(row->confidence),
        [CLASS] = P_STR(row->class),
        [CHANNEL] = P_STR(row->channel),
        [REFERENCE] = P_STR(row->reference),
        [MERCHANT_RAW] = P_STR(row->merchant_raw),
        [BALANCE_MINOR] = row->has_balance ? P_INT(row->balance_minor) : P_NULL,
        [LIMIT_MINOR] = row->has_limit ? P_INT(row->limit_minor) : P_NULL,
        [POSSIBLE_DUPLICATE_OF] = P_STR(row->possible_duplicate_of),
        [ORIGINS] = P_STR(row->origins),
        [SECOND_ACCOUNT] = P_STR(row->second_account),
        [PLACE] = P_INT(place),
    };
    for (size_t i = 0; i < COLUMNS; i++)
        pg_columns_param(columns, i, &values[i]);
}

static bool make_refs(struct pg_tx *tx, const struct pg_param all[], struct err *err)
{
    const struct pg_param merchants[] = {all[USER_ID], all[MERCHANT_NEW_ID], all[MERCHANT]};
    const struct pg_param accounts[] = {all[USER_ID], all[ACCOUNT_NEW_ID], all[BANK],
                                        all[LAST4],   all[ACCOUNT_TYPE],   all[ACCOUNT_NAME]};
    return pg_exec(tx, "parsed_merchants", merchants, LENGTH(merchants), NULL, err) &&
           pg_exec(tx, "parsed_accounts", accounts, LENGTH(accounts), NULL, err);
}

bool parsed_store_make_refs(struct pg_tx *tx, const struct parsed *parsed, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param all[PG_COLUMNS_MAX];
    pg_columns_init(&columns, COLUMNS);
    add_row(&columns, parsed, 0);
    pg_columns_params(&columns, all);
    return make_refs(tx, all, err);
}

bool parsed_store_add(struct pg_tx *tx, const struct parsed rows[], const bool skip[], size_t count,
                      struct pg_result **added, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param all[PG_COLUMNS_MAX];
    pg_columns_init(&columns, COLUMNS);
    for (size_t i = 0; i < count; i++)
        if (!skip[i])
            add_row(&columns, &rows[i], i);
    pg_columns_params(&columns, all);
    return make_refs(tx, all, err) && pg_exec(tx, "parsed_add", all, columns.count, added, err);
}
