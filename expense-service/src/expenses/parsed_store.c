#include "expenses/parsed_store.h"

#include <stdlib.h>
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

/* A person's rows one after the other: each index has them in one place, which is found once. */
struct place {
    const char *user_id;
    size_t n;
};

static int by_user(const void *a, const void *b)
{
    const struct place *left = a, *right = b;
    int order = strcmp(left->user_id, right->user_id);
    return order != 0 ? order : (left->n > right->n) - (left->n < right->n);
}

/* Of those that are not left out; returns how many. */
static size_t list_places(const struct expense expenses[], const bool skip[], size_t count,
                          struct place places[])
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!skip[i])
            places[kept++] = (struct place){expenses[i].user_id, i};
    qsort(places, kept, sizeof *places, by_user);
    return kept;
}

/* added: the ids of those made. */
static bool note_made(const struct pg_result *added, const struct expense expenses[],
                      const struct place places[], size_t kept, bool skip[], struct err *err)
{
    size_t next = 0;
    for (size_t i = 0; i < kept; i++) {
        size_t n = places[i].n;
        bool made = next < pg_rows(added) && strcmp(pg_str(added, next, 0), expenses[n].id) == 0;
        skip[n] = !made;
        next += made;
    }
    return next == pg_rows(added) ||
           err_set(err, ERR_INTERNAL, "expenses came back in another order");
}

static void places_drop(struct place **places)
{
    free(*places);
}

bool parsed_store_add(struct pg_tx *tx, const struct parsed rows[], const struct expense expenses[],
                      bool skip[], size_t count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *added = NULL;
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(places_drop) struct place *places = xcalloc(count + 1, sizeof *places);
    struct pg_param params[1 + COLUMNS];
    size_t kept = list_places(expenses, skip, count, places);
    if (kept == 0)
        return true;
    params[0] = P_TIME(expenses[places[0].n].created_us);
    pg_columns_init(&columns, COLUMNS);
    for (size_t i = 0; i < kept; i++)
        add_row(&columns, &rows[places[i].n], &expenses[places[i].n]);
    pg_columns_params(&columns, params + 1);
    return pg_exec(tx, "parsed_add", params, LENGTH(params), &added, err) &&
           note_made(added, expenses, places, kept, skip, err);
}
