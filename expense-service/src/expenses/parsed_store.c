#include "expenses/parsed_store.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "expenses/expense_columns.h"
#include "pg/columns.h"

/* Members of a row, in the order of parsed_add's parameters; the place in the batch follows. */
static const char *const members[] = {
    "user_id",
    "id",
    "message_id",
    "type",
    "direction",
    "status",
    "amount_minor",
    "amount_milli",
    "currency",
    "occurred_at",
    "merchant_new_id",
    "merchant",
    "account_new_id",
    "bank",
    "last4",
    "account_type",
    "account_name",
    "category_key",
    "fingerprint",
    "revision",
    "parser",
    "confidence",
    "class",
    "channel",
    "reference",
    "merchant_raw",
    "balance_minor",
    "limit_minor",
    "possible_duplicate_of",
    "origins",
};
enum member {
    USER_ID = 0,
    MERCHANT_NEW_ID = 10,
    MERCHANT,
    ACCOUNT_NEW_ID,
    BANK,
    LAST4,
    ACCOUNT_TYPE,
    ACCOUNT_NAME
};

static const struct pg_statement statements[] = {
    {"parsed_merchants",
     "INSERT INTO merchant (user_id, id, name)"
     " SELECT DISTINCT ON (t.user_id, lower(t.merchant)) t.user_id, t.id, t.merchant"
     " FROM unnest($1::uuid[], $2::uuid[], $3::text[]) AS t (user_id, id, merchant)"
     " WHERE t.merchant IS NOT NULL AND NOT EXISTS (SELECT FROM merchant m"
     "  WHERE m.user_id = t.user_id AND lower(m.name) = lower(t.merchant))"
     " ORDER BY t.user_id, lower(t.merchant) ON CONFLICT DO NOTHING"},
    {"parsed_accounts",
     "INSERT INTO account (user_id, id, bank, last4, type, name)"
     " SELECT DISTINCT ON (t.user_id, t.bank, t.last4, t.type) *"
     " FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[])"
     "  AS t (user_id, id, bank, last4, type, name)"
     " WHERE t.name IS NOT NULL AND NOT EXISTS (SELECT FROM account a WHERE a.user_id = t.user_id"
     "  AND a.bank = t.bank AND a.last4 = t.last4 AND a.type = t.type)"
     " ORDER BY t.user_id, t.bank, t.last4, t.type ON CONFLICT DO NOTHING"},
    /* A text that has its expense already, deleted or not, is left as it is. Names are taken along
     * from the look-up: the answer needs no second one. */
    {"parsed_add",
     "WITH i AS ("
     " SELECT t.*, m.id AS merchant_id, m.name AS merchant_name, c.id AS category_id,"
     "  c.name AS category_name, a.id AS account_id, a.name AS named_account, a.last4 AS digits"
     " FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], "
     "  $7::bigint[], $8::bigint[], $9::text[], $10::timestamptz[], $11::uuid[], "
     "  $12::text[], $13::uuid[], $14::text[], $15::text[], $16::text[], $17::text[], "
     "  $18::text[], $19::text[], $20::int[], $21::text[], $22::smallint[], "
     "  $23::text[], $24::text[], $25::text[], $26::text[], $27::bigint[], "
     "  $28::bigint[], $29::uuid[], $30::jsonb[], $31::int[])"
     "  AS t (user_id, id, message_id, type, direction, status, amount_minor, amount_milli, "
     "  currency, occurred_at, merchant_new_id, merchant, account_new_id, bank, last4, "
     "  account_type, account_name, category_key, fingerprint, revision, parser, "
     "  confidence, class, channel, reference, merchant_raw, balance_minor, "
     "  limit_minor, possible_duplicate_of, origins, place)"
     " LEFT JOIN merchant m ON m.user_id = t.user_id AND lower(m.name) = lower(t.merchant)"
     " LEFT JOIN category c ON c.user_id = t.user_id AND c.key = t.category_key"
     " LEFT JOIN account a ON a.user_id = t.user_id AND a.bank = t.bank AND a.last4 = t.last4"
     "  AND a.type = t.account_type AND t.account_name IS NOT NULL),"
     " e AS ("
     " INSERT INTO expense (user_id, id, message_id, source, type, direction, status,"
     "  amount_minor, amount_milli, currency, occurred_at, merchant_id, category_id, account_id,"
     "  fingerprint, revision, parser, confidence, class, channel, reference, merchant_raw,"
     "  balance_minor, limit_minor, possible_duplicate_of, origins)"
     " SELECT user_id, id, message_id, 'message', type, direction, status, amount_minor,"
     "  amount_milli, currency, occurred_at, merchant_id, category_id, account_id, fingerprint,"
     "  revision, parser, confidence, class, channel, reference, merchant_raw, balance_minor,"
     "  limit_minor, possible_duplicate_of,"
     "  CASE WHEN category_id IS NULL THEN origins - 'category' ELSE origins END"
     " FROM i ORDER BY place"
     " ON CONFLICT (user_id, message_id) WHERE message_id IS NOT NULL DO NOTHING RETURNING *)"
     " SELECT " EXPENSE_COLUMNS ", i.place FROM e JOIN i ON i.id = e.id"
     " CROSS JOIN LATERAL (SELECT i.merchant_name AS name) AS m"
     " CROSS JOIN LATERAL (SELECT i.category_name AS name) AS c"
     " CROSS JOIN LATERAL (SELECT i.named_account AS name, i.digits AS last4) AS a"
     " ORDER BY i.place"},
};
const struct pg_statements parsed_statements = {TABLE(statements)};

/* One member of a row as an item of its column. */
static void add_item(struct pg_columns *columns, size_t column, const json_t *value)
{
    if (value == NULL || json_is_null(value)) {
        pg_columns_null(columns, column);
    } else if (json_is_integer(value)) {
        pg_columns_int(columns, column, json_integer_value(value));
    } else if (json_is_string(value)) {
        pg_columns_str(columns, column, json_string_value(value));
    } else {
        scoped(str_drop) char *text = json_text(value);
        pg_columns_str(columns, column, text);
    }
}

static void fill(struct pg_columns *columns, const json_t *rows)
{
    size_t place;
    const json_t *row;
    pg_columns_init(columns, LENGTH(members) + 1);
    json_array_foreach((json_t *)(uintptr_t)rows, place, row)
    {
        if (json_is_null(row))
            continue;
        for (size_t i = 0; i < LENGTH(members); i++)
            add_item(columns, i, json_object_get(row, members[i]));
        pg_columns_int(columns, LENGTH(members), (int64_t)place);
    }
}

bool parsed_store_add(struct pg_tx *tx, const json_t *rows, struct pg_result **added,
                      struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param all[PG_COLUMNS_MAX];
    fill(&columns, rows);
    pg_columns_params(&columns, all);
    const struct pg_param merchants[] = {all[USER_ID], all[MERCHANT_NEW_ID], all[MERCHANT]};
    const struct pg_param accounts[] = {all[USER_ID], all[ACCOUNT_NEW_ID], all[BANK],
                                        all[LAST4],   all[ACCOUNT_TYPE],   all[ACCOUNT_NAME]};
    return pg_exec(tx, "parsed_merchants", merchants, LENGTH(merchants), NULL, err) &&
           pg_exec(tx, "parsed_accounts", accounts, LENGTH(accounts), NULL, err) &&
           pg_exec(tx, "parsed_add", all, columns.count, added, err);
}
