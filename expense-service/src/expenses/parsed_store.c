#include "expenses/parsed_store.h"

#include <string.h>

#include "base/mem.h"
#include "pg/columns.h"

/* The parameters of parsed_add, in order, but for the time. */
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
    MERCHANT_ID,
    CATEGORY_ID,
    ACCOUNT_ID,
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
    COLUMNS
};

static const struct pg_statement statements[] = {
    /* A text that has its expense already, deleted or not, is left as it is. What is made comes
     * back in the order it was given. */
    {"parsed_add",
     "INSERT INTO expense (user_id, id, message_id, source, created_at, updated_at, type,"
     "  direction, status, amount_minor, amount_milli, currency, occurred_at, merchant_id,"
     "  category_id, account_id, fingerprint, revision, parser, confidence, class, channel,"
     "  reference, merchant_raw, balance_minor, limit_minor, possible_duplicate_of, origins,"
     "  second_account)"
     " SELECT t.user_id, t.id, t.message_id, 'message', $1, $1, t.type, t.direction, t.status,"
     "  t.minor, t.milli, t.currency, t.at, t.merchant_id, t.category_id, t.account_id,"
     "  t.fingerprint, t.revision, t.parser, t.confidence, t.class, t.channel, t.reference,"
     "  t.merchant_raw, t.balance, t.lim, t.duplicate_of, t.origins::jsonb, t.second_account"
     " FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[],"
     "  $8::bigint[], $9::bigint[], $10::text[], $11::timestamptz[], $12::uuid[], $13::uuid[],"
     "  $14::uuid[], $15::text[], $16::int[], $17::text[], $18::smallint[], $19::text[],"
     "  $20::text[], $21::text[], $22::text[], $23::bigint[], $24::bigint[], $25::uuid[],"
     "  $26::text[], $27::text[])"
     "  AS t (user_id, id, message_id, type, direction, status, minor, milli, currency, at,"
     "  merchant_id, category_id, account_id, fingerprint, revision, parser, confidence, class,"
     "  channel, reference, merchant_raw, balance, lim, duplicate_of, origins, second_account)"
     " ON CONFLICT (user_id, message_id) WHERE message_id IS NOT NULL DO NOTHING RETURNING id"},
};
const struct pg_statements parsed_statements = {TABLE(statements)};

static void add_row(struct pg_columns *columns, const struct parsed *row,
                    const struct expense *expense)
{
    static const enum pg_type types[COLUMNS] = {
        [USER_ID] = PG_UUID,      [ID] = PG_UUID,
        [MESSAGE_ID] = PG_UUID,   [AMOUNT_MINOR] = PG_INT8,
        [AMOUNT_MILLI] = PG_INT8, [OCCURRED_AT] = PG_TIMESTAMPTZ,
        [MERCHANT_ID] = PG_UUID,  [CATEGORY_ID] = PG_UUID,
        [ACCOUNT_ID] = PG_UUID,   [REVISION] = PG_INT4,
        [CONFIDENCE] = PG_INT2,   [BALANCE_MINOR] = PG_INT8,
        [LIMIT_MINOR] = PG_INT8,  [POSSIBLE_DUPLICATE_OF] = PG_UUID,
    };
    const struct pg_param values[COLUMNS] = {
        [USER_ID] = P_STR(expense->user_id),
        [ID] = P_STR(expense->id),
        [MESSAGE_ID] = P_STR(expense->message_id),
        [TYPE] = P_STR(expense_type_names[expense->type]),
        [DIRECTION] = P_STR(expense_direction_names[expense->direction]),
        [STATUS] = P_STR(expense_status_names[expense->status]),
        [AMOUNT_MINOR] = P_INT(expense->amount.minor),
        [AMOUNT_MILLI] = P_INT(expense_amount_milli(&expense->amount)),
        [CURRENCY] = P_STR(expense->amount.currency),
        [OCCURRED_AT] = P_TIME(expense->occurred_us),
        [MERCHANT_ID] = P_STR(expense->merchant.id),
        [CATEGORY_ID] = P_STR(expense->category.id),
        [ACCOUNT_ID] = P_STR(expense->account.id),
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
    };
    for (size_t i = 0; i < COLUMNS; i++)
        pg_columns_typed(columns, i, types[i] != 0 ? types[i] : PG_TEXT, &values[i]);
}

bool parsed_store_add(struct pg_tx *tx, const struct parsed rows[], const struct expense expenses[],
                      bool skip[], size_t count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *added = NULL;
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[1 + COLUMNS];
    size_t next = 0;
    pg_columns_init(&columns, COLUMNS);
    for (size_t i = 0; i < count; i++) {
        if (skip[i])
            continue;
        params[0] = P_TIME(expenses[i].created_us);
        add_row(&columns, &rows[i], &expenses[i]);
    }
    pg_columns_params(&columns, params + 1);
    if (!pg_exec(tx, "parsed_add", params, LENGTH(params), &added, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool made = !skip[i] && next < pg_rows(added) &&
                    strcmp(pg_str(added, next, 0), expenses[i].id) == 0;
        skip[i] = !made;
        next += made;
    }
    return next == pg_rows(added) ||
           err_set(err, ERR_INTERNAL, "expenses came back in another order");
}
