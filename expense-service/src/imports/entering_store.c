#include "imports/entering_store.h"

#include <string.h>

#include "base/mem.h"
#include "pg/columns.h"

/* clang-format off */
static const struct pg_statement statements[] = {
    {"entering_times",
     "SELECT t.place, " PG_US("(t.local AT TIME ZONE o.time_zone)")
     " FROM unnest($2::int[], $3::timestamp[]) AS t (place, local)"
     " JOIN owner o ON o.user_id = $1"},
    {"entering_known",
     "SELECT e.id, e.deleted_at IS NOT NULL, e.deleted_at IS NOT NULL AND EXISTS (SELECT FROM import i"
     "  WHERE i.user_id = $1 AND i.id = e.import_id AND i.state IN ('undoing', 'undone'))"
     " FROM expense e WHERE e.user_id = $1 AND e.id = ANY($2::uuid[])"},
    /* u hides whose ledger it is: of one who is new to its statistics PostgreSQL would expect a row,
     * and read all there are for each row of the file. */
    {"entering_alike",
     "SELECT t.place, e.id, m.name, e.reference"
     " FROM (SELECT $1::uuid AS id OFFSET 0) AS u JOIN owner o ON o.user_id = u.id"
     " CROSS JOIN unnest($3::int[], $4::bigint[], $5::text[], $6::text[], $7::timestamptz[])"
     "  AS t (place, milli, currency, direction, at)"
     " CROSS JOIN LATERAL (SELECT e.id, e.merchant_id, e.reference FROM expense e"
     "  WHERE e.user_id = u.id AND e.amount_milli = t.milli AND e.direction = t.direction"
     "   AND e.deleted_at IS NULL AND e.currency = t.currency"
     "   AND e.occurred_at >= date_trunc('day', t.at AT TIME ZONE o.time_zone) AT TIME ZONE o.time_zone"
     "   AND e.occurred_at < (date_trunc('day', t.at AT TIME ZONE o.time_zone) + interval '1 day')"
     "    AT TIME ZONE o.time_zone"
     "   AND e.import_id IS DISTINCT FROM $2"
     "   AND NOT EXISTS (SELECT FROM import_row r WHERE r.user_id = $1 AND r.import_id = $2"
     "    AND r.expense_id = e.id) ORDER BY e.occurred_at, e.id LIMIT 50) e"
     " LEFT JOIN merchant m ON m.user_id = $1 AND m.id = e.merchant_id"
     /* Most have none of that amount near them: one probe tells (OFFSET keeps it one, instead of a
      * join of all there is), and days, names and order are for the others. */
     " WHERE EXISTS (SELECT FROM expense x WHERE x.user_id = u.id"
     "  AND x.amount_milli = t.milli AND x.direction = t.direction"
     "  AND x.occurred_at BETWEEN t.at - interval '50 hours' AND t.at + interval '50 hours' OFFSET 0)"
     " ORDER BY t.place"},
    /* A rate is looked up once for each currency and day. */
    {"entering_bases",
     "WITH t AS (SELECT t.*, (t.at AT TIME ZONE o.time_zone)::date AS day FROM owner o CROSS JOIN"
     "  unnest($3::int[], $4::bigint[], $5::text[], $6::timestamptz[]) AS t (place, milli, currency, at)"
     "  WHERE o.user_id = $1),"
     " r AS MATERIALIZED (SELECT d.currency, d.day, rate_on($1, d.currency, $2, d.day) AS rate"
     "  FROM (SELECT DISTINCT currency, day FROM t) AS d)"
     " SELECT t.place, $2::text || ' ' || t.milli * r.rate FROM t JOIN r USING (currency, day)"
     " WHERE r.rate IS NOT NULL"},
    {"entering_add",
     "INSERT INTO expense (user_id, id, source, import_id, created_at, updated_at, type, direction, status,"
     "  amount_minor, amount_milli, currency, occurred_at, merchant_id, category_id, account_id, note, tags,"
     "  origins, reference, splits)"
     " SELECT $1, t.id, 'import', $2, $3, $3, t.type, t.direction, t.status, t.minor, t.milli, t.currency,"
     "  t.at, t.merchant_id, t.category_id, t.account_id, t.note, t.tags::jsonb, t.origins::jsonb,"
     "  t.reference, t.splits::jsonb"
     " FROM unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[], $9::bigint[], $10::text[],"
     "  $11::timestamptz[], $12::uuid[], $13::uuid[], $14::uuid[], $15::text[], $16::text[], $17::text[],"
     "  $18::text[], $19::text[]) AS t (id, type, direction, status, minor, milli, currency, at,"
     "  merchant_id, category_id, account_id, note, tags, origins, reference, splits)"},
};
/* clang-format on */
const struct pg_statements entering_statements = {TABLE(statements)};

bool entering_store_times(struct pg_tx *tx, const char *user_id, struct import_row list[],
                          const bool skip[], size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param params[3] = {P_STR(user_id)};
    size_t local = 0;
    pg_columns_init(&columns, 2);
    for (size_t i = 0; i < count; i++) {
        if (skip[i] || list[i].when.local[0] == '\0')
            continue;
        pg_columns_int(&columns, 0, (int64_t)i);
        pg_columns_str(&columns, 1, list[i].when.local);
        local++;
    }
    pg_columns_params(&columns, params + 1);
    if (local > 0 && !pg_exec(tx, "entering_times", params, LENGTH(params), &result, err))
        return false;
    for (size_t i = 0; local > 0 && i < pg_rows(result); i++)
        list[pg_int(result, i, 0)].when.us = pg_int(result, i, 1);
    return true;
}

bool entering_store_known(struct pg_tx *tx, const char *user_id, const struct import_row list[],
                          const bool skip[], size_t count, struct pg_result **result,
                          struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[2] = {P_STR(user_id)};
    size_t own = 0;
    pg_columns_init(&columns, 1);
    for (size_t i = 0; i < count; i++)
        if (!skip[i] && list[i].own_id) {
            pg_columns_str(&columns, 0, list[i].id);
            own++;
        }
    pg_columns_params(&columns, params + 1);
    return own == 0 || pg_exec(tx, "entering_known", params, LENGTH(params), result, err);
}

bool entering_store_alike(struct pg_tx *tx, const struct import_work *work,
                          const struct import_row list[], const bool skip[], size_t count,
                          struct pg_result **result, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[7] = {P_STR(work->user_id), P_STR(work->id)};
    pg_columns_init(&columns, 5);
    for (size_t i = 0; i < count; i++) {
        if (skip[i])
            continue;
        pg_columns_int(&columns, 0, (int64_t)i);
        pg_columns_int(&columns, 1, expense_amount_milli(&list[i].money));
        pg_columns_str(&columns, 2, list[i].money.currency);
        pg_columns_str(&columns, 3, expense_direction_names[list[i].direction]);
        pg_columns_time(&columns, 4, list[i].when.us);
    }
    pg_columns_params(&columns, params + 2);
    return pg_exec(tx, "entering_alike", params, LENGTH(params), result, err);
}

bool entering_store_bases(struct pg_tx *tx, const struct import_work *work, struct entering rows[],
                          size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    const char *base = work->base_currency;
    struct pg_param params[6] = {P_STR(work->user_id), P_STR(base)};
    size_t foreign = 0;
    pg_columns_init(&columns, 4);
    for (size_t i = 0; base[0] != '\0' && i < count; i++) {
        struct expense *expense = &rows[i].expense;
        if (strcmp(expense->amount.currency, base) == 0) {
            expense->base = expense->amount;
            continue;
        }
        pg_columns_int(&columns, 0, (int64_t)i);
        pg_columns_int(&columns, 1, expense_amount_milli(&expense->amount));
        pg_columns_str(&columns, 2, expense->amount.currency);
        pg_columns_time(&columns, 3, expense->occurred_us);
        foreign++;
    }
    pg_columns_params(&columns, params + 2);
    if (foreign > 0 && !pg_exec(tx, "entering_bases", params, LENGTH(params), &result, err))
        return false;
    for (size_t i = 0; foreign > 0 && i < pg_rows(result); i++)
        expense_base_read(pg_str(result, i, 1), &rows[pg_int(result, i, 0)].expense);
    return true;
}

static void add_row(struct pg_columns *columns, const struct entering *row)
{
    const struct expense *expense = &row->expense;
    scoped(str_drop) char *splits = expense->splits != NULL ? json_text(expense->splits) : NULL;
    /* Of entering_add, those that are text[]. */
    static const bool is_text[16] = {[1] = true,  [2] = true,  [3] = true,  [6] = true, [11] = true,
                                     [12] = true, [13] = true, [14] = true, [15] = true};
    const struct pg_param values[16] = {
        P_STR(expense->id),
        P_STR(expense_type_names[expense->type]),
        P_STR(expense_direction_names[expense->direction]),
        P_STR(expense_status_names[expense->status]),
        P_INT(expense->amount.minor),
        P_INT(expense_amount_milli(&expense->amount)),
        P_STR(expense->amount.currency),
        P_TIME(expense->occurred_us),
        P_STR(expense->merchant.id),
        P_STR(expense->category.id),
        P_STR(expense->account.id),
        P_STR(expense->note),
        P_STR(row->tags),
        P_STR(row->origins),
        P_STR(row->reference),
        P_STR(splits),
    };
    for (size_t i = 0; i < LENGTH(values); i++)
        if (is_text[i])
            pg_columns_long(columns, i, values[i].text);
        else
            pg_columns_param(columns, i, &values[i]);
}

bool entering_store_add(struct pg_tx *tx, const struct import_work *work,
                        const struct entering rows[], size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[19] = {P_STR(work->user_id), P_STR(work->id),
                                  P_TIME(rows[0].expense.created_us)};
    pg_columns_init(&columns, 16);
    for (size_t i = 0; i < count; i++)
        add_row(&columns, &rows[i]);
    pg_columns_params(&columns, params + 3);
    return pg_exec(tx, "entering_add", params, LENGTH(params), NULL, err);
}
