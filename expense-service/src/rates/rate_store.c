#include "rates/rate_store.h"

#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "insight/summary.h"
#include "pg/columns.h"

/* clang-format off */
#define SPENT "CASE s.type WHEN 'expense' THEN s.minor WHEN 'refund' THEN -s.minor ELSE 0 END"
#define EARNED "CASE s.type WHEN 'income' THEN s.minor ELSE 0 END"

#define RATES_OF(person, own)                                                                      \
    "(SELECT base, quote, day, " own " AS own, rate FROM rate WHERE user_id = " person             \
    " AND ($2::text IS NULL OR base = $2) AND ($3::text IS NULL OR quote = $3)"                    \
    " AND ($4::text IS NULL OR (base, quote, day) >= ($4, $5, $6::date))"                          \
    " ORDER BY base, quote, day LIMIT $8::bigint + 1)"

static const struct pg_statement rows[] = {
    {"rate_set", "INSERT INTO rate (user_id, base, quote, day, rate) VALUES ($1, $2, $3, $4, $5)"
                 " ON CONFLICT (user_id, base, quote, day) DO UPDATE SET rate = excluded.rate"},
    {"rate_delete", "DELETE FROM rate WHERE user_id = $1 AND base = $2 AND quote = $3 AND day = $4"},
    {"rate_claim", "INSERT INTO rate_due (due_at) VALUES (now() + interval '1 hour') ON CONFLICT (id)"
                   " DO UPDATE SET due_at = excluded.due_at WHERE rate_due.due_at <= now() RETURNING id"},
    {"rate_fetched", "UPDATE rate_due SET due_at = now() + $1 * interval '1 hour'"},
    /* Two lists in one order, each read from where the page begins: one row of each may be the one before it. */
    {"rate_list",
     "SELECT base, quote, to_char(day, 'YYYY-MM-DD'), own, rate FROM ("
     RATES_OF("$1::uuid", "'true'") " UNION ALL " RATES_OF("'" RATE_OF_ALL "'::uuid", "'false'") ") r"
     " WHERE $4::text IS NULL OR (base, quote, day, own) > ($4, $5, $6::date, $7)"
     " ORDER BY base, quote, day, own LIMIT $8::bigint"},
    {"rate_base", "SELECT base_currency FROM owner WHERE user_id = $1"},
    {"rate_currencies", "SELECT DISTINCT currency FROM day_sum WHERE user_id = $1"},
    /* Units of the base currency: minor units over 10^exponent times the rate, rounded at the end. */
    {"rate_converted",
     "WITH d AS (SELECT s.day, s.currency, sum(" SPENT ") AS spent, sum(" EARNED ") AS earned"
     "  FROM day_sum s WHERE s.user_id = $1 AND ($2::date IS NULL OR s.day >= $2)"
     "  AND ($3::date IS NULL OR s.day <= $3) GROUP BY 1, 2),"
     " r AS (SELECT d.*, rate_on($1, d.currency, $4, d.day) * 10 ^ ($5::numeric - x.exponent) AS rate"
     "  FROM d JOIN unnest($6::text[], $7::int[]) AS x (currency, exponent)"
     "   ON x.currency = d.currency WHERE d.spent <> 0 OR d.earned <> 0)"
     " SELECT NULL AS currency, coalesce(round(sum(spent * rate)), 0)::text,"
     "  coalesce(round(sum(earned * rate)), 0)::text,"
     "  (coalesce(round(sum(earned * rate)), 0) - coalesce(round(sum(spent * rate)), 0))::text"
     " FROM r WHERE rate IS NOT NULL"
     " UNION ALL SELECT currency, sum(spent)::text, sum(earned)::text, NULL FROM r"
     " WHERE rate IS NULL GROUP BY currency ORDER BY 1 NULLS FIRST"},
};
/* clang-format on */
const struct pg_statements rate_statements = {TABLE(rows)};

bool rate_store_set(struct pg_tx *tx, const char *user_id, const struct rate *rate, struct err *err)
{
    return pg_exec(tx, "rate_set",
                   PARAMS(P_STR(user_id), P_STR(rate->base), P_STR(rate->quote), P_STR(rate->day),
                          P_STR(rate->rate)),
                   NULL, err);
}

bool rate_store_delete(struct pg_pool *db, const char *user_id, const struct rate *rate,
                       bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "rate_delete",
                  PARAMS(P_STR(user_id), P_STR(rate->base), P_STR(rate->quote), P_STR(rate->day)),
                  &result, err))
        return false;
    *found = pg_affected(result) > 0;
    return true;
}

bool rate_store_list(struct pg_pool *db, const char *user_id, const char *base, const char *quote,
                     const struct page *page, struct pg_result **result, struct err *err)
{
    return pg_query(db, "rate_list",
                    PARAMS(P_STR(user_id), P_STR(base), P_STR(quote), P_STR(page->keys[0]),
                           P_STR(page->keys[1]), P_STR(page->keys[2]), P_STR(page->keys[3]),
                           P_INT(page->limit + 1)),
                    result, err);
}

json_t *rate_json(const struct pg_result *result, size_t row)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:b}", "base", pg_str(result, row, 0), "quote",
                     pg_str(result, row, 1), "date", pg_str(result, row, 2), "rate",
                     pg_str(result, row, 4), "own", strcmp(pg_str(result, row, 3), "true") == 0);
}

static void set_amount(json_t *json, const char *name, const struct pg_result *result, size_t row,
                       int col, const char *currency)
{
    char text[SUMMARY_AMOUNT_SIZE];
    summary_amount(pg_str(result, row, col), currency_exponent(currency), text);
    json_object_set_new(json, name, json_string(text));
}

static json_t *show(const struct pg_result *result, const char *base)
{
    json_t *missing = json_array();
    json_t *json = json_pack("{s:s}", "currency", base);
    set_amount(json, "expense", result, 0, 1, base);
    set_amount(json, "income", result, 0, 2, base);
    set_amount(json, "net", result, 0, 3, base);
    for (size_t i = 1; i < pg_rows(result); i++) {
        const char *currency = pg_str(result, i, 0);
        json_t *row = json_pack("{s:s}", "currency", currency);
        set_amount(row, "expense", result, i, 1, currency);
        set_amount(row, "income", result, i, 2, currency);
        json_array_append_new(missing, row);
    }
    json_object_set_new(json, "missing", missing);
    return json;
}

bool rate_store_converted(struct pg_tx *tx, const char *user_id, const struct range *range,
                          json_t **out, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *owner = NULL;
    scoped(pg_result_drop) struct pg_result *currencies = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    pg_columns_init(&columns, 2);
    if (!pg_exec(tx, "rate_base", PARAMS(P_STR(user_id)), &owner, err) ||
        !pg_exec(tx, "rate_currencies", PARAMS(P_STR(user_id)), &currencies, err))
        return false;
    const char *base = pg_rows(owner) > 0 ? pg_str(owner, 0, 0) : NULL;
    if (base == NULL) {
        *out = json_null();
        return true;
    }
    for (size_t i = 0; i < pg_rows(currencies); i++) {
        pg_columns_str(&columns, 0, pg_str(currencies, i, 0));
        pg_columns_int(&columns, 1, currency_exponent(pg_str(currencies, i, 0)));
    }
    struct pg_param params[7] = {P_STR(user_id), P_STR(range->from.date), P_STR(range->to.date),
                                 P_STR(base), P_INT(currency_exponent(base))};
    pg_columns_params(&columns, params + 5);
    if (!pg_exec(tx, "rate_converted", params, LENGTH(params), &result, err))
        return false;
    *out = show(result, base);
    return true;
}

struct importing {
    struct pg_tx *tx;
    struct err *err;
    size_t count;
};

static bool see(void *arg, const char *day, const char *currency, const char *rate)
{
    struct importing *importing = arg;
    importing->count++;
    return rate_store_set(importing->tx, RATE_OF_ALL,
                          &(const struct rate){"EUR", currency, day, rate}, importing->err);
}

bool rate_store_import(struct pg_tx *tx, const char *text, size_t len, size_t *count,
                       struct err *err)
{
    struct err why = {.code = ERR_NONE};
    struct importing importing = {.tx = tx, .err = &why};
    bool ok = rate_read_ecb(text, len, see, &importing);
    *count = importing.count;
    if (!ok && why.code != ERR_NONE)
        *err = why;
    else if (!ok)
        err_set(err, ERR_INVALID, "it is no eurofxref file of the European Central Bank");
    return ok;
}

bool rate_store_claim(struct pg_pool *db, bool *mine, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "rate_claim", NULL, 0, &result, err))
        return false;
    *mine = pg_rows(result) > 0;
    return true;
}

bool rate_store_fetched(struct pg_tx *tx, int hours, struct err *err)
{
    return pg_exec(tx, "rate_fetched", PARAMS(P_INT(hours)), NULL, err);
}
