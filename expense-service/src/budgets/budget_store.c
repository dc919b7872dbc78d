#include "budgets/budget_store.h"

#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "pg/columns.h"

/* Days as numbers, which the domain counts in. */
#define DAY(column) "(" column " - date '1970-01-01')"
/* clang-format off */
#define COLUMNS                                                                                    \
    "b.id, b.name, b.amount_minor, b.currency, b.scope, b.category_id, c.name, b.tag, b.period,"   \
    " b.rollover, " DAY("b.starts_on") ", " DAY("b.ends_on") ", b.thresholds, b.version,"          \
    " " DAY("(now() AT TIME ZONE o.time_zone)::date")
#define FROM_BUDGET                                                                                \
    " FROM budget b JOIN owner o ON o.user_id = b.user_id"                                         \
    " LEFT JOIN category c ON c.user_id = b.user_id AND c.id = b.category_id"
#define SPENT "sum(CASE s.type WHEN 'expense' THEN s.minor WHEN 'refund' THEN -s.minor ELSE 0 END)"
#define PERIODS                                                                                    \
    "SELECT p.n, s.currency, s.minor FROM unnest($2::int[], $3::int[]) WITH ORDINALITY"            \
    " AS p (first, last, n) CROSS JOIN LATERAL ("
#define DAYS "date '1970-01-01' + p.first AND date '1970-01-01' + p.last"

static const struct pg_statement rows[] = {
    /* Two who look at a person's budgets at once would each see half of what was told. */
    {"budget_lock_all", "SELECT FROM budget WHERE user_id = $1 ORDER BY id FOR UPDATE"},
    {"budget_list", "SELECT " COLUMNS FROM_BUDGET " WHERE b.user_id = $1"
                    " ORDER BY lower(b.name), b.id"},
    {"budget_get", "SELECT " COLUMNS FROM_BUDGET " WHERE b.user_id = $1 AND b.id = $2"},
    /* Apart from reading it: one that had to wait reads a name of before beside an id of now. */
    {"budget_lock", "SELECT FROM budget WHERE user_id = $1 AND id = $2 FOR UPDATE"},
    {"budget_today", "SELECT " DAY("(now() AT TIME ZONE time_zone)::date")
                     " FROM owner WHERE user_id = $1"},
    {"budget_add",
     "INSERT INTO budget (user_id, id, name, amount_minor, currency, scope, category_id, tag,"
     "  period, rollover, starts_on, ends_on, thresholds)"
     " SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, date '1970-01-01' + $11::int,"
     "  date '1970-01-01' + $12::int, $13::jsonb"
     " WHERE (SELECT count(*) FROM budget WHERE user_id = $1) < $14 RETURNING id"},
    {"budget_save",
     "UPDATE budget SET name = $3, amount_minor = $4, currency = $5, scope = $6, category_id = $7,"
     "  tag = $8, period = $9, rollover = $10, starts_on = date '1970-01-01' + $11::int,"
     "  ends_on = date '1970-01-01' + $12::int, thresholds = $13::jsonb, updated_at = now(),"
     "  version = version + 1 WHERE user_id = $1 AND id = $2 RETURNING version"},
    {"budget_delete", "DELETE FROM budget WHERE user_id = $1 AND id = $2"},
    {"budget_make_due", "INSERT INTO budget_due (user_id) VALUES ($1)"},
    {"budget_spent_all",
     PERIODS "SELECT s.currency, " SPENT " AS minor FROM day_sum s WHERE s.user_id = $1"
     "  AND s.day BETWEEN " DAYS " GROUP BY 1) s"},
    {"budget_spent_category",
     PERIODS "SELECT s.currency, " SPENT " AS minor FROM day_sum s WHERE s.user_id = $1"
     "  AND s.category_id = $4 AND s.day BETWEEN " DAYS " GROUP BY 1) s"},
    {"budget_spent_tree",
     "WITH RECURSIVE branch (id) AS (SELECT $4::uuid UNION ALL SELECT c.id FROM category c"
     "  JOIN branch b ON c.parent_id = b.id WHERE c.user_id = $1) "
     PERIODS "SELECT s.currency, " SPENT " AS minor FROM day_sum s WHERE s.user_id = $1"
     "  AND s.category_id IN (SELECT id FROM branch) AND s.day BETWEEN " DAYS " GROUP BY 1) s"},
    {"budget_spent_tag",
     PERIODS "SELECT * FROM expense_spent($1, date '1970-01-01' + p.first,"
     "  date '1970-01-01' + p.last, $4)) s"},
    {"budget_take_due",
     "WITH taken AS (DELETE FROM budget_due WHERE ctid = ANY(ARRAY(SELECT ctid FROM budget_due"
     "  ORDER BY user_id LIMIT $1 FOR UPDATE SKIP LOCKED)) RETURNING user_id)"
     " SELECT DISTINCT user_id FROM taken ORDER BY user_id"},
    {"budget_cross",
     "INSERT INTO budget_crossed (user_id, budget_id, period_from, threshold)"
     " VALUES ($1, $2, date '1970-01-01' + $3::int, $4) ON CONFLICT DO NOTHING"},
    {"budget_rearm",
     "DELETE FROM budget_crossed WHERE user_id = $1 AND budget_id = $2"
     " AND (period_from <> date '1970-01-01' + $3::int OR threshold > $4::bigint)"},
};
/* clang-format on */
const struct pg_statements budget_statements = {TABLE(rows)};

bool budget_store_list(struct pg_tx *tx, const char *user_id, struct pg_result **result,
                       struct err *err)
{
    return pg_exec(tx, "budget_list", PARAMS(P_STR(user_id)), result, err);
}

bool budget_store_lock_all(struct pg_tx *tx, const char *user_id, struct pg_result **result,
                           struct err *err)
{
    return pg_exec(tx, "budget_lock_all", PARAMS(P_STR(user_id)), NULL, err) &&
           budget_store_list(tx, user_id, result, err);
}

bool budget_store_find(struct pg_tx *tx, const char *user_id, const char *id, bool lock,
                       struct pg_result **result, struct err *err)
{
    const struct pg_param params[] = {P_STR(user_id), P_STR(id)};
    bool there = true;
    if ((lock && !pg_exec_change(tx, "budget_lock", params, LENGTH(params), &there, err)) ||
        (there && !pg_exec(tx, "budget_get", params, LENGTH(params), result, err)))
        return false;
    return (there && pg_rows(*result) > 0) || err_set(err, ERR_NOT_FOUND, "no such budget");
}

static int index_of(const char *const names[], const char *name)
{
    for (int i = 0; names[i] != NULL; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    panic("unknown value in the database: %s", name);
}

static void read_thresholds(const char *text, struct budget *out)
{
    json_error_t ignored;
    scoped(json_drop) json_t *list = json_loads(text, 0, &ignored);
    out->threshold_count = json_array_size(list);
    for (size_t i = 0; i < out->threshold_count && i < THRESHOLDS_MAX; i++)
        out->thresholds[i] = (int)json_integer_value(json_array_get(list, i));
}

void budget_from_row(const struct pg_result *result, size_t row, struct budget *out, int64_t *today)
{
    *out = (struct budget){
        .id = pg_str(result, row, 0),
        .name = pg_str(result, row, 1),
        .amount.minor = pg_int(result, row, 2),
        .scope = (enum budget_scope)index_of(budget_scope_names, pg_str(result, row, 4)),
        .category = {pg_str(result, row, 5), pg_str(result, row, 6)},
        .tag = pg_str(result, row, 7),
        .period = (enum period_kind)index_of(period_kind_names, pg_str(result, row, 8)),
        .rollover = (enum budget_rollover)index_of(budget_rollover_names, pg_str(result, row, 9)),
        .starts_on = pg_int(result, row, 10),
        .ends_on = pg_is_null(result, row, 11) ? INT64_MAX : pg_int(result, row, 11),
        .version = pg_int(result, row, 13),
    };
    memcpy(out->amount.currency, pg_str(result, row, 3), CURRENCY_SIZE);
    read_thresholds(pg_str(result, row, 12), out);
    *today = pg_int(result, row, 14);
}

bool budget_store_today(struct pg_tx *tx, const char *user_id, int64_t *today, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "budget_today", PARAMS(P_STR(user_id)), &result, err))
        return false;
    *today = pg_int(result, 0, 0);
    return true;
}

bool budget_store_make_due(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "budget_make_due", PARAMS(P_STR(user_id)), NULL, err);
}

static bool write_row(struct pg_tx *tx, const char *statement, const char *user_id,
                      const struct budget *budget, struct pg_result **result, struct err *err)
{
    scoped(json_drop) json_t *list = budget_thresholds(budget);
    scoped(str_drop) char *thresholds = json_text(list);
    const struct pg_param params[] = {
        P_STR(user_id),
        P_STR(budget->id),
        P_STR(budget->name),
        P_INT(budget->amount.minor),
        P_STR(budget->amount.currency),
        P_STR(budget_scope_names[budget->scope]),
        P_STR(budget->category.id),
        P_STR(budget->tag),
        P_STR(period_kind_names[budget->period]),
        P_STR(budget_rollover_names[budget->rollover]),
        P_INT(budget->starts_on),
        budget->ends_on == INT64_MAX ? P_NULL : P_INT(budget->ends_on),
        P_STR(thresholds),
        P_INT(BUDGETS_MAX),
    };
    bool is_add = strcmp(statement, "budget_add") == 0;
    return pg_exec(tx, statement, params, LENGTH(params) - !is_add, result, err) &&
           budget_store_make_due(tx, user_id, err);
}

bool budget_store_add(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                      struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!write_row(tx, "budget_add", user_id, budget, &result, err))
        return false;
    return pg_rows(result) > 0 || err_set_name(err, ERR_CONFLICT, "too_many_budgets",
                                               "a person can have %d budgets", BUDGETS_MAX);
}

bool budget_store_save(struct pg_tx *tx, const char *user_id, struct budget *budget,
                       struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!write_row(tx, "budget_save", user_id, budget, &result, err))
        return false;
    if (pg_rows(result) != 1)
        return err_set(err, ERR_INTERNAL, "budget to change is not there");
    budget->version = pg_int(result, 0, 0);
    return true;
}

bool budget_store_delete(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    return pg_exec(tx, "budget_delete", PARAMS(P_STR(user_id), P_STR(id)), NULL, err);
}

static void add_other(json_t *others, const struct pg_result *result, size_t row)
{
    struct money money = {.minor = pg_int(result, row, 2)};
    snprintf(money.currency, sizeof money.currency, "%s", pg_str(result, row, 1));
    if (money.minor != 0)
        json_array_append_new(others, json_money(&money));
}

bool budget_store_spent(struct pg_tx *tx, const char *user_id, const struct budget *budget,
                        const struct period periods[], size_t count, int64_t spent[],
                        json_t **others, struct err *err)
{
    static const char *const statements[] = {"budget_spent_all", "budget_spent_category",
                                             "budget_spent_tree", "budget_spent_tag"};
    const char *of = budget->scope == SCOPE_TAG ? budget->tag : budget->category.id;
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param params[4] = {P_STR(user_id)};
    pg_columns_init(&columns, 2);
    for (size_t i = 0; i < count; i++) {
        pg_columns_int(&columns, 0, periods[i].from);
        pg_columns_int(&columns, 1, periods[i].to);
        spent[i] = 0;
    }
    pg_columns_params(&columns, params + 1);
    params[3] = P_STR(of);
    if (!pg_exec(tx, statements[budget->scope], params, budget->scope == SCOPE_ALL ? 3 : 4, &result,
                 err))
        return false;
    if (others != NULL)
        *others = json_array();
    for (size_t row = 0; row < pg_rows(result); row++) {
        size_t n = (size_t)pg_int(result, row, 0) - 1;
        if (strcmp(pg_str(result, row, 1), budget->amount.currency) == 0)
            spent[n] = pg_int(result, row, 2); /* saturates */
        else if (others != NULL && n == count - 1)
            add_other(*others, result, row);
    }
    return true;
}

bool budget_store_due(struct pg_tx *tx, int limit, struct pg_result **people, struct err *err)
{
    return pg_exec(tx, "budget_take_due", PARAMS(P_INT(limit)), people, err);
}

bool budget_store_cross(struct pg_tx *tx, const char *user_id, const char *id, int64_t period_from,
                        int threshold, bool *fresh, struct err *err)
{
    return pg_exec_change(tx, "budget_cross",
                          PARAMS(P_STR(user_id), P_STR(id), P_INT(period_from), P_INT(threshold)),
                          fresh, err);
}

bool budget_store_rearm(struct pg_tx *tx, const char *user_id, const char *id, int64_t period_from,
                        int64_t percent, struct err *err)
{
    return pg_exec(tx, "budget_rearm",
                   PARAMS(P_STR(user_id), P_STR(id), P_INT(period_from), P_INT(percent)), NULL,
                   err);
}
