#include "merchants/merchant_store.h"

#include <string.h>

#include "base/mem.h"
#include "expenses/expense_columns.h"

/* clang-format off */
#define COLUMNS                                                                                    \
    "m.id, lower(m.name), m.version, m.name, c.id, c.name, m.category_by, k.id, k.name, "          \
    PG_US("m.taught_at") ", m.apply_after IS NOT NULL, coalesce((SELECT jsonb_agg("                \
    "jsonb_build_object('id', a.id, 'name', a.name) ORDER BY lower(a.name)) FROM merchant_alias a" \
    " WHERE a.user_id = m.user_id AND a.merchant_id = m.id), '[]')"
#define FROM_MERCHANT                                                                              \
    " FROM merchant m LEFT JOIN category c ON c.user_id = m.user_id AND c.id = m.category_id"      \
    " LEFT JOIN category k ON k.user_id = m.user_id AND k.id = m.conflict_id"

static const struct pg_statement rows[] = {
    {"merchant_list",
     "SELECT " COLUMNS FROM_MERCHANT " WHERE m.user_id = $1"
     " AND ($2::text IS NULL OR position(lower($2) IN lower(m.name)) > 0)"
     " AND (NOT $3::boolean OR (m.category_by = 'learned' AND m.category_id IS NOT NULL))"
     " AND ($4::text IS NULL OR (lower(m.name), m.id) > ($4, $5::uuid))"
     " ORDER BY lower(m.name), m.id LIMIT $6"},
    {"merchant_get", "SELECT " COLUMNS FROM_MERCHANT " WHERE m.user_id = $1 AND m.id = $2"},
    {"merchant_get_many",
     "SELECT " COLUMNS FROM_MERCHANT " WHERE m.user_id = $1 AND m.id = ANY($2::uuid[])"},
    /* Not against FOR KEY SHARE, which entering takes of what it names: who enters may have told
     * events already, and whoever edits waits for these to tell its own. */
    {"merchant_lock", "SELECT FROM merchant WHERE user_id = $1 AND id = $2 FOR NO KEY UPDATE"},
    {"merchant_save",
     "UPDATE merchant SET name = coalesce($3, name),"
     "  category_id = CASE WHEN $4::boolean THEN $5::uuid ELSE category_id END,"
     "  category_by = CASE WHEN $4::boolean THEN 'rule' ELSE category_by END,"
     "  conflict_id = CASE WHEN $4::boolean THEN NULL ELSE conflict_id END,"
     "  taught_at = CASE WHEN $4::boolean THEN NULL ELSE taught_at END,"
     "  apply_after = CASE WHEN $6::boolean THEN '00000000-0000-0000-0000-000000000000'"
     "   ELSE apply_after END,"
     "  updated_at = now(), version = version + 1 WHERE user_id = $1 AND id = $2"},
    {"merchant_alias_add",
     "INSERT INTO merchant_alias (user_id, id, merchant_id, name) SELECT $1, $2, $3, $4"
     " WHERE (SELECT count(*) FROM merchant_alias WHERE user_id = $1 AND merchant_id = $3) < $5"
     " RETURNING id"},
    {"merchant_named", "SELECT FROM merchant WHERE user_id = $1 AND lower(name) = lower($2)"
                       " AND id = $3"},
    {"merchant_alias_drop",
     "DELETE FROM merchant_alias WHERE user_id = $1 AND id = $2 AND merchant_id = $3"},
    {"merchant_touch", "UPDATE merchant SET updated_at = now(), version = version + 1"
                       " WHERE user_id = $1 AND id = $2"},
    {"merchant_known", "SELECT category_id, conflict_id, category_by FROM merchant"
                       " WHERE user_id = $1 AND id = $2 FOR NO KEY UPDATE"},
    {"merchant_learn",
     "UPDATE merchant SET category_id = $3, category_by = 'learned', conflict_id = $4,"
     "  taught_at = now(), updated_at = now(), version = version + 1"
     " WHERE user_id = $1 AND id = $2"},
    {"merchant_category",
     "SELECT c.id, c.name, m.category_by FROM merchant m"
     " JOIN category c ON c.user_id = m.user_id AND c.id = m.category_id"
     " WHERE m.user_id = $1 AND m.id = $2 AND m.conflict_id IS NULL AND c.deleted_at IS NULL"},
    {"merchant_next", "SELECT user_id, id, apply_after FROM merchant WHERE apply_after IS NOT NULL"
                      " ORDER BY updated_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"},
    /* Locked before they are changed, since that tells them with their names (expense_columns.h). */
    {"merchant_portion",
     "SELECT id FROM expense WHERE user_id = $1 AND merchant_id = $2 AND id > $3"
     " AND deleted_at IS NULL ORDER BY id LIMIT $4 FOR UPDATE"},
    {"merchant_apply",
     "WITH portion AS (SELECT e.id, e.category_id, c.name FROM expense e"
     "  LEFT JOIN category c ON c.user_id = e.user_id AND c.id = e.category_id"
     "  WHERE e.user_id = $1 AND e.id = ANY($3::uuid[])),"
     " moved AS (UPDATE expense e SET category_id = m.category_id,"
     "  origins = jsonb_set(e.origins, '{category}', '\"rule\"'), updated_at = now(),"
     "  version = e.version + 1 FROM portion, merchant m"
     "  WHERE e.user_id = $1 AND e.id = portion.id AND m.user_id = $1 AND m.id = $2"
     "   AND m.category_id IS NOT NULL AND e.category_id IS DISTINCT FROM m.category_id"
     "   AND e.origins->>'category' IS DISTINCT FROM 'user' RETURNING e.*),"
     " told AS (INSERT INTO expense_change (user_id, expense_id, version, action, actor, changes)"
     "  SELECT w.user_id, w.id, w.version, 'updated', 'rule', jsonb_build_object('category',"
     "   jsonb_build_object('from', CASE WHEN p.category_id IS NULL THEN NULL ELSE"
     "    jsonb_build_object('id', p.category_id, 'name', p.name) END, 'to',"
     "    jsonb_build_object('id', n.id, 'name', n.name)))"
     "  FROM moved w JOIN portion p ON p.id = w.id"
     "  JOIN category n ON n.user_id = w.user_id AND n.id = w.category_id)"
     " SELECT " EXPENSE_COLUMNS " FROM moved e" EXPENSE_JOINS},
    {"merchant_applied", "UPDATE merchant SET apply_after = $3 WHERE user_id = $1 AND id = $2"},
};
/* clang-format on */
const struct pg_statements merchant_statements = {TABLE(rows)};

bool merchant_store_list(struct pg_pool *db, const char *user_id, const char *q, bool learned,
                         const struct page *page, struct pg_result **result, struct err *err)
{
    return pg_query(db, "merchant_list",
                    PARAMS(P_STR(user_id), P_STR(q), P_BOOL(learned), P_STR(page->keys[0]),
                           P_STR(page->keys[1]), P_INT(page->limit + 1)),
                    result, err);
}

bool merchant_store_find(struct pg_tx *tx, const char *user_id, const char *id, bool lock,
                         struct pg_result **result, struct err *err)
{
    const struct pg_param params[] = {P_STR(user_id), P_STR(id)};
    bool there = true;
    if ((lock && !pg_exec_change(tx, "merchant_lock", params, LENGTH(params), &there, err)) ||
        (there && !pg_exec(tx, "merchant_get", params, LENGTH(params), result, err)))
        return false;
    return (there && pg_rows(*result) > 0) || err_set(err, ERR_NOT_FOUND, "no such merchant");
}

bool merchant_store_get_many(struct pg_tx *tx, const char *user_id, const char *ids,
                             struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "merchant_get_many", PARAMS(P_STR(user_id), P_STR(ids)), result, err);
}

static json_t *ref_or_null(const struct pg_result *result, size_t row, int col)
{
    return pg_is_null(result, row, col) ? json_null()
                                        : json_pack("{s:s, s:s}", "id", pg_str(result, row, col),
                                                    "name", pg_str(result, row, col + 1));
}

json_t *merchant_json(const struct pg_result *result, size_t row)
{
    json_error_t ignored;
    bool none = pg_is_null(result, row, 4);
    return json_pack(
        "{s:s, s:s, s:o, s:s?, s:o, s:o, s:b, s:o}", "id", pg_str(result, row, MERCHANT_ID), "name",
        pg_str(result, row, 3), "category", ref_or_null(result, row, 4), "category_origin",
        none ? NULL : pg_str(result, row, 6), "conflict", ref_or_null(result, row, 7), "taught_at",
        pg_is_null(result, row, 9) ? json_null() : json_time(pg_int(result, row, 9)), "applying",
        pg_bool(result, row, 10), "aliases", json_loads(pg_str(result, row, 11), 0, &ignored));
}

/* The unique index of either table. */
static bool name_taken(struct err *err)
{
    if (err->code == ERR_CONFLICT && strncmp(err->name, "merchant", 8) == 0)
        err_set_name(err, ERR_CONFLICT, "name_taken", "another merchant is called so");
    return false;
}

bool merchant_store_save(struct pg_tx *tx, const char *user_id,
                         const struct merchant_change *change, struct err *err)
{
    return pg_exec(tx, "merchant_save",
                   PARAMS(P_STR(user_id), P_STR(change->id), P_STR(change->name),
                          P_BOOL(change->set_category), P_STR(change->category_id),
                          P_BOOL(change->apply)),
                   NULL, err) ||
           name_taken(err);
}

bool merchant_store_add_alias(struct pg_tx *tx, const char *user_id, const char *id,
                              const char *merchant_id, const char *name, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(pg_result_drop) struct pg_result *own = NULL;
    if (!pg_exec(tx, "merchant_named", PARAMS(P_STR(user_id), P_STR(name), P_STR(merchant_id)),
                 &own, err))
        return false;
    if (pg_rows(own) > 0)
        return err_set_name(err, ERR_CONFLICT, "name_taken", "it is called so already");
    if (!pg_exec(tx, "merchant_alias_add",
                 PARAMS(P_STR(user_id), P_STR(id), P_STR(merchant_id), P_STR(name),
                        P_INT(MERCHANT_ALIASES_MAX)),
                 &result, err))
        return name_taken(err);
    if (pg_rows(result) == 0)
        return err_set_name(err, ERR_CONFLICT, "too_many_aliases",
                            "a merchant can have %d other names", MERCHANT_ALIASES_MAX);
    return pg_exec(tx, "merchant_touch", PARAMS(P_STR(user_id), P_STR(merchant_id)), NULL, err);
}

bool merchant_store_drop_alias(struct pg_tx *tx, const char *user_id, const char *id,
                               const char *merchant_id, bool *found, struct err *err)
{
    return pg_exec_change(tx, "merchant_alias_drop",
                          PARAMS(P_STR(user_id), P_STR(id), P_STR(merchant_id)), found, err) &&
           pg_exec(tx, "merchant_touch", PARAMS(P_STR(user_id), P_STR(merchant_id)), NULL, err);
}

bool merchant_store_teach(struct pg_tx *tx, const char *user_id, const char *merchant_id,
                          const char *category_id, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "merchant_known", PARAMS(P_STR(user_id), P_STR(merchant_id)), &result, err))
        return false;
    if (pg_rows(result) == 0)
        return true;
    const struct known_category known = {.category_id = pg_str(result, 0, 0),
                                         .conflict_id = pg_str(result, 0, 1),
                                         .learned = strcmp(pg_str(result, 0, 2), "learned") == 0};
    const char *is = category_id, *conflict = NULL;
    switch (merchant_lesson(&known, category_id)) {
    case LESSON_NONE:
        return true;
    case LESSON_LEARN:
    case LESSON_SETTLE:
        break;
    case LESSON_CONFLICT:
        is = known.category_id;
        conflict = category_id;
        break;
    }
    return pg_exec(tx, "merchant_learn",
                   PARAMS(P_STR(user_id), P_STR(merchant_id), P_STR(is), P_STR(conflict)), NULL,
                   err);
}

bool merchant_store_category(struct pg_tx *tx, const char *user_id, const char *merchant_id,
                             struct pg_result **result, struct ref *category, enum origin *by,
                             bool *found, struct err *err)
{
    if (!pg_exec(tx, "merchant_category", PARAMS(P_STR(user_id), P_STR(merchant_id)), result, err))
        return false;
    *found = pg_rows(*result) > 0;
    if (!*found)
        return true;
    *category = (struct ref){pg_str(*result, 0, 0), pg_str(*result, 0, 1)};
    *by = strcmp(pg_str(*result, 0, 2), "learned") == 0 ? ORIGIN_LEARNED : ORIGIN_RULE;
    return true;
}

bool merchant_store_next(struct pg_tx *tx, struct merchant_job *job, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "merchant_next", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (*found) {
        pg_copy(result, 0, 0, job->user_id, UUID_SIZE);
        pg_copy(result, 0, 1, job->id, UUID_SIZE);
        pg_copy(result, 0, 2, job->after, UUID_SIZE);
    }
    return true;
}

bool merchant_store_apply(struct pg_tx *tx, const struct merchant_job *job, int limit,
                          struct pg_result **moved, bool *done, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *portion = NULL;
    if (!pg_exec(tx, "merchant_portion",
                 PARAMS(P_STR(job->user_id), P_STR(job->id), P_STR(job->after), P_INT(limit)),
                 &portion, err))
        return false;
    size_t count = pg_rows(portion);
    *done = count < (size_t)limit;
    scoped(str_drop) char *ids = pg_array_column(portion, 0);
    return pg_exec(tx, "merchant_apply", PARAMS(P_STR(job->user_id), P_STR(job->id), P_STR(ids)),
                   moved, err) &&
           pg_exec(tx, "merchant_applied",
                   PARAMS(P_STR(job->user_id), P_STR(job->id),
                          *done ? P_NULL : P_STR(pg_str(portion, count - 1, 0))),
                   NULL, err);
}
