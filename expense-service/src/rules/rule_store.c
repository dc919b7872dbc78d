#include "rules/rule_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "expenses/expense_columns.h"
#include "expenses/expense_store.h"
#include "pg/columns.h"

/* clang-format off */
#define RULE                                                                                       \
    "r.id, r.name, r.enabled, r.stop, r.position, r.conditions, r.actions, r.version,"             \
    " r.actions->'category'->>'id' IS NOT NULL AND NOT EXISTS (SELECT FROM category c"             \
    "  WHERE c.user_id = r.user_id AND c.id = (r.actions->'category'->>'id')::uuid"                \
    "   AND c.deleted_at IS NULL)"
#define SUBJECT                                                                                    \
    "SELECT " EXPENSE_COLUMNS ", e.merchant_raw, e.channel, e.class,"                              \
    " extract(isodow FROM e.occurred_at AT TIME ZONE o.time_zone)::int,"                           \
    " extract(day FROM e.occurred_at AT TIME ZONE o.time_zone)::int"                               \
    " FROM expense e JOIN owner o ON o.user_id = e.user_id" EXPENSE_JOINS                          \
    " WHERE e.user_id = $1 AND e.deleted_at IS NULL"
#define JOB "id, rule_id, state, looked, changed, " PG_US("created_at") ", " PG_US("finished_at")

static const struct pg_statement rows[] = {
    {"rule_list", "SELECT " RULE " FROM rule r WHERE r.user_id = $1"
                  " AND ($2::uuid IS NULL OR r.id = $2) AND (r.enabled OR NOT $3::boolean)"
                  " ORDER BY r.position, r.id"},
    {"rule_lock", "SELECT FROM rule WHERE user_id = $1 AND id = $2 FOR UPDATE"},
    {"rule_add",
     "INSERT INTO rule (user_id, id, name, enabled, stop, position, conditions, actions)"
     " SELECT $1, $2, $3, $4, $5, CASE WHEN $6::int < 0 THEN coalesce((SELECT max(position) + 1"
     "  FROM rule WHERE user_id = $1), 0) ELSE $6 END, $7::jsonb, $8::jsonb"
     " WHERE (SELECT count(*) FROM rule WHERE user_id = $1) < $9 RETURNING position"},
    {"rule_save",
     "UPDATE rule SET name = $3, enabled = $4, stop = $5, position = $6, conditions = $7::jsonb,"
     "  actions = $8::jsonb, updated_at = now(), version = version + 1"
     " WHERE user_id = $1 AND id = $2 RETURNING version"},
    {"rule_delete", "DELETE FROM rule WHERE user_id = $1 AND id = $2"},
    {"rule_who", "SELECT DISTINCT user_id FROM rule WHERE user_id = ANY($1::uuid[]) AND enabled"
                 " ORDER BY user_id"},
    {"rule_expenses", SUBJECT " AND e.id = ANY($2::uuid[]) ORDER BY e.id"},
    {"rule_latest", SUBJECT " ORDER BY e.occurred_at DESC, e.id DESC LIMIT $2"},
    {"rule_page", "SELECT id FROM expense WHERE user_id = $1 AND deleted_at IS NULL AND id > $2"
                  " ORDER BY id LIMIT $3 FOR UPDATE"},
    {"rule_write",
     "UPDATE expense e SET status = t.status, merchant_id = t.merchant_id,"
     "  category_id = t.category_id, note = t.note, tags = t.tags::jsonb, origins = t.origins::jsonb,"
     "  updated_at = $2, version = e.version + 1"
     " FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::text[],"
     "  $9::text[]) AS t (id, status, merchant_id, category_id, note, tags, origins)"
     " WHERE e.user_id = $1 AND e.id = t.id"},
    {"rule_remember",
     "INSERT INTO expense_change (user_id, expense_id, version, action, actor, changes, created_at,"
     "  source_id) SELECT $1, t.id, t.version, 'updated', 'rule', t.changes::jsonb, $2, t.rule_id"
     " FROM unnest($3::uuid[], $4::bigint[], $5::text[], $6::uuid[])"
     "  AS t (id, version, changes, rule_id)"},
    {"rule_begin", "INSERT INTO rule_job (user_id, id, rule_id) SELECT $1, $2, $3"
                   " WHERE NOT EXISTS (SELECT FROM rule_job WHERE user_id = $1"
                   "  AND state = 'running') ON CONFLICT DO NOTHING"},
    {"rule_job", "SELECT " JOB " FROM rule_job WHERE user_id = $1 AND id = $2"},
    {"rule_cancel", "UPDATE rule_job SET state = 'cancelled', finished_at = now()"
                    " WHERE user_id = $1 AND id = $2 AND state = 'running'"},
    {"rule_next", "SELECT user_id, id, rule_id, after_id FROM rule_job WHERE state = 'running'"
                  " ORDER BY worked_at LIMIT 1 FOR UPDATE SKIP LOCKED"},
    {"rule_move",
     "UPDATE rule_job SET after_id = coalesce($3, after_id), looked = looked + $4,"
     "  changed = changed + $5, state = CASE WHEN $6::boolean THEN 'done' ELSE state END,"
     "  finished_at = CASE WHEN $6::boolean THEN now() END, worked_at = clock_timestamp()"
     " WHERE user_id = $1 AND id = $2"},
};
/* clang-format on */
const struct pg_statements rule_statements = {TABLE(rows)};

bool rule_store_list(struct pg_tx *tx, const char *user_id, const char *id, bool enabled_only,
                     struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "rule_list", PARAMS(P_STR(user_id), P_STR(id), P_BOOL(enabled_only)), result,
                   err);
}

bool rule_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                     struct pg_result **result, struct err *err)
{
    bool there;
    if (!pg_exec_change(tx, "rule_lock", PARAMS(P_STR(user_id), P_STR(id)), &there, err) ||
        (there && !rule_store_list(tx, user_id, id, false, result, err)))
        return false;
    return (there && pg_rows(*result) > 0) || err_set(err, ERR_NOT_FOUND, "no such rule");
}

static json_t *tree(const struct pg_result *result, size_t row, int col)
{
    json_error_t ignored;
    return json_loads(pg_str(result, row, col), 0, &ignored);
}

void rule_from_row(const struct pg_result *result, size_t row, struct rule *out, bool *broken)
{
    *out = (struct rule){.id = pg_str(result, row, 0),
                         .name = pg_str(result, row, 1),
                         .enabled = pg_bool(result, row, 2),
                         .stop = pg_bool(result, row, 3),
                         .position = pg_int(result, row, 4),
                         .conditions = tree(result, row, 5),
                         .actions = tree(result, row, 6),
                         .version = pg_int(result, row, 7)};
    *broken = pg_bool(result, row, 8);
}

static bool write_rule(struct pg_tx *tx, const char *statement, const char *user_id,
                       const struct rule *rule, struct pg_result **result, struct err *err)
{
    scoped(str_drop) char *conditions = json_text(rule->conditions);
    scoped(str_drop) char *actions = json_text(rule->actions);
    const struct pg_param params[] = {
        P_STR(user_id),        P_STR(rule->id),    P_STR(rule->name),
        P_BOOL(rule->enabled), P_BOOL(rule->stop), P_INT(rule->position),
        P_STR(conditions),     P_STR(actions),     P_INT(RULES_MAX)};
    bool is_add = strcmp(statement, "rule_add") == 0;
    return pg_exec(tx, statement, params, LENGTH(params) - !is_add, result, err);
}

bool rule_store_add(struct pg_tx *tx, const char *user_id, struct rule *rule, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!write_rule(tx, "rule_add", user_id, rule, &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set_name(err, ERR_CONFLICT, "too_many_rules", "a person can have %d rules",
                            RULES_MAX);
    rule->position = pg_int(result, 0, 0);
    return true;
}

bool rule_store_save(struct pg_tx *tx, const char *user_id, struct rule *rule, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!write_rule(tx, "rule_save", user_id, rule, &result, err))
        return false;
    if (pg_rows(result) != 1)
        return err_set(err, ERR_INTERNAL, "rule to change is not there");
    rule->version = pg_int(result, 0, 0);
    return true;
}

bool rule_store_delete(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    return pg_exec(tx, "rule_delete", PARAMS(P_STR(user_id), P_STR(id)), NULL, err);
}

bool rule_store_who(struct pg_tx *tx, const char *const user_ids[], size_t count,
                    struct pg_result **result, struct err *err)
{
    scoped(str_drop) char *list = pg_array(user_ids, count);
    return pg_exec(tx, "rule_who", PARAMS(P_STR(list)), result, err);
}

bool rule_store_expenses(struct pg_tx *tx, const char *user_id, const char *const ids[],
                         size_t count, struct pg_result **result, struct err *err)
{
    scoped(str_drop) char *list = pg_array(ids, count);
    return pg_exec(tx, "rule_expenses", PARAMS(P_STR(user_id), P_STR(list)), result, err);
}

bool rule_store_latest(struct pg_tx *tx, const char *user_id, int limit, struct pg_result **result,
                       struct err *err)
{
    return pg_exec(tx, "rule_latest", PARAMS(P_STR(user_id), P_INT(limit)), result, err);
}

bool rule_store_page(struct pg_tx *tx, const char *user_id, const char *after, int limit,
                     struct pg_result **result, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *locked = NULL;
    if (!pg_exec(tx, "rule_page", PARAMS(P_STR(user_id), P_STR(after), P_INT(limit)), &locked, err))
        return false;
    scoped(str_drop) char *list = pg_array_column(locked, 0);
    return pg_exec(tx, "rule_expenses", PARAMS(P_STR(user_id), P_STR(list)), result, err);
}

static void add_row(struct pg_columns *columns, struct ruled *row)
{
    const struct expense *expense = row->expense;
    row->tags = json_text(expense->tags);
    row->origins = json_text(expense->origins);
    pg_columns_str(columns, 0, expense->id);
    pg_columns_long(columns, 1, expense_status_names[expense->status]);
    pg_columns_str(columns, 2, expense->merchant.id);
    pg_columns_str(columns, 3, expense->category.id);
    pg_columns_long(columns, 4, expense->note);
    pg_columns_long(columns, 5, row->tags);
    pg_columns_long(columns, 6, row->origins);
}

bool rule_store_write(struct pg_tx *tx, const char *user_id, struct ruled list[], size_t count,
                      struct err *err)
{
    int64_t now_us = time_now_us();
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_columns_fini) struct pg_columns history;
    struct pg_param write[9] = {P_STR(user_id), P_TIME(now_us)};
    struct pg_param remember[6] = {P_STR(user_id), P_TIME(now_us)};
    pg_columns_init(&columns, 7);
    pg_columns_init(&history, 4);
    for (size_t i = 0; i < count; i++) {
        scoped(str_drop) char *changes = json_text(list[i].changes);
        list[i].expense->version++;
        list[i].expense->updated_us = now_us;
        add_row(&columns, &list[i]);
        pg_columns_str(&history, 0, list[i].expense->id);
        pg_columns_int(&history, 1, list[i].expense->version);
        pg_columns_long(&history, 2, changes);
        pg_columns_str(&history, 3, list[i].rule_id);
    }
    pg_columns_params(&columns, write + 2);
    pg_columns_params(&history, remember + 2);
    return count == 0 || (pg_exec(tx, "rule_write", write, LENGTH(write), NULL, err) &&
                          pg_exec(tx, "rule_remember", remember, LENGTH(remember), NULL, err));
}

bool rule_store_begin(struct pg_tx *tx, const char *user_id, const char *id, const char *rule_id,
                      bool *added, struct err *err)
{
    return pg_exec_change(tx, "rule_begin", PARAMS(P_STR(user_id), P_STR(id), P_STR(rule_id)),
                          added, err);
}

bool rule_store_job(struct pg_pool *db, const char *user_id, const char *id,
                    struct pg_result **result, struct err *err)
{
    if (!pg_query(db, "rule_job", PARAMS(P_STR(user_id), P_STR(id)), result, err))
        return false;
    return pg_rows(*result) > 0 || err_set(err, ERR_NOT_FOUND, "no such job");
}

json_t *rule_job_json(const struct pg_result *result, size_t row)
{
    return json_pack("{s:s, s:s?, s:s, s:I, s:I, s:o, s:o}", "id", pg_str(result, row, 0),
                     "rule_id", pg_str(result, row, 1), "status", pg_str(result, row, 2),
                     "looked_at", (json_int_t)pg_int(result, row, 3), "changed",
                     (json_int_t)pg_int(result, row, 4), "created_at",
                     json_time(pg_int(result, row, 5)), "finished_at",
                     pg_is_null(result, row, 6) ? json_null() : json_time(pg_int(result, row, 6)));
}

bool rule_store_cancel(struct pg_pool *db, const char *user_id, const char *id, bool *found,
                       struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "rule_cancel", PARAMS(P_STR(user_id), P_STR(id)), &result, err))
        return false;
    *found = pg_affected(result) > 0;
    return true;
}

bool rule_store_next(struct pg_tx *tx, struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "rule_next", NULL, 0, result, err);
}

bool rule_store_move(struct pg_tx *tx, const struct pg_result *job, const char *after,
                     size_t looked, size_t changed, bool done, struct err *err)
{
    return pg_exec(tx, "rule_move",
                   PARAMS(P_STR(pg_str(job, 0, 0)), P_STR(pg_str(job, 0, 1)), P_STR(after),
                          P_INT(looked), P_INT(changed), P_BOOL(done)),
                   NULL, err);
}
