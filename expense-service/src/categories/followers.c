#include "categories/followers.h"

#include <string.h>

#include "base/mem.h"
#include "budgets/watching.h"
#include "categories/category_store.h"
#include "events/events.h"
#include "live/telling.h"
#include "merchants/merchant_store.h"

static const struct pg_statement rows[] = {
    {"follow_below", "UPDATE category SET parent_id = $3, updated_at = now(), version = version + 1"
                     " WHERE user_id = $1 AND parent_id = $2 RETURNING " CATEGORY_COLUMNS},
    {"follow_merchants",
     "UPDATE merchant SET updated_at = now(), version = version + 1,"
     "       category_id = CASE WHEN category_id = $2 THEN $3 ELSE category_id END,"
     "       conflict_id = CASE WHEN conflict_id = $2 THEN NULL ELSE conflict_id END"
     " WHERE user_id = $1 AND (category_id = $2 OR conflict_id = $2) RETURNING id"},
    {"follow_budgets", "UPDATE budget SET category_id = $3, updated_at = now(),"
                       "       version = version + 1"
                       " WHERE user_id = $1 AND category_id = $2 RETURNING id"},
    {"follow_budgets_gone",
     "DELETE FROM budget WHERE user_id = $1 AND category_id = $2 RETURNING id"},
};
const struct pg_statements follower_statements = {TABLE(rows)};

static bool below(struct pg_tx *tx, const char *user_id, const char *id, const char *parent_id,
                  struct err *err)
{
    scoped(pg_result_drop) struct pg_result *moved = NULL;
    if (!pg_exec(tx, "follow_below", PARAMS(P_STR(user_id), P_STR(id), P_STR(parent_id)), &moved,
                 err))
        return false;
    for (size_t i = 0; i < pg_rows(moved); i++) {
        struct category category;
        category_from_row(moved, i, &category);
        scoped(json_drop) json_t *json = category_to_json(&category);
        if (!tell_change(tx,
                         &(struct told){.type = EVENT_CATEGORY_UPDATED,
                                        .user_id = user_id,
                                        .id = category.id,
                                        .version = category.version,
                                        .snapshot = json},
                         err))
            return false;
    }
    return true;
}

static bool merchants(struct pg_tx *tx, const char *user_id, const char *id, const char *moved_to,
                      struct err *err)
{
    scoped(pg_result_drop) struct pg_result *moved = NULL;
    scoped(pg_result_drop) struct pg_result *now = NULL;
    if (!pg_exec(tx, "follow_merchants", PARAMS(P_STR(user_id), P_STR(id), P_STR(moved_to)), &moved,
                 err))
        return false;
    if (pg_rows(moved) == 0)
        return true;
    scoped(str_drop) char *ids = pg_array_column(moved, 0);
    if (!merchant_store_get_many(tx, user_id, ids, &now, err))
        return false;
    for (size_t i = 0; i < pg_rows(now); i++) {
        scoped(json_drop) json_t *json = merchant_json(now, i);
        if (!tell_change(tx,
                         &(struct told){.type = EVENT_MERCHANT_UPDATED,
                                        .user_id = user_id,
                                        .id = pg_str(now, i, MERCHANT_ID),
                                        .version = pg_int(now, i, MERCHANT_VERSION),
                                        .snapshot = json},
                         err))
            return false;
    }
    return true;
}

static bool tell_budget(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    struct budget budget;
    int64_t today;
    scoped(json_drop) json_t *json = NULL;
    scoped(pg_result_drop) struct pg_result *now = NULL;
    if (!budget_store_find(tx, user_id, id, false, &now, err))
        return false;
    budget_from_row(now, 0, &budget, &today);
    return budget_show_now(tx, user_id, &budget, today, &json, err) &&
           tell_change(tx,
                       &(struct told){.type = EVENT_BUDGET_UPDATED,
                                      .user_id = user_id,
                                      .id = id,
                                      .version = budget.version,
                                      .snapshot = json},
                       err);
}

static bool budgets(struct pg_tx *tx, const char *user_id, const char *id, const char *moved_to,
                    struct err *err)
{
    scoped(pg_result_drop) struct pg_result *moved = NULL;
    const struct pg_param params[] = {P_STR(user_id), P_STR(id), P_STR(moved_to)};
    bool stay = moved_to != NULL;
    if (!pg_exec(tx, stay ? "follow_budgets" : "follow_budgets_gone", params, stay ? 3 : 2, &moved,
                 err) ||
        (stay && pg_rows(moved) > 0 && !budget_store_make_due(tx, user_id, err)))
        return false;
    for (size_t i = 0; i < pg_rows(moved); i++) {
        const struct told gone = {
            .type = EVENT_BUDGET_DELETED, .user_id = user_id, .id = pg_str(moved, i, 0)};
        if (!(stay ? tell_budget(tx, user_id, gone.id, err) : tell_change(tx, &gone, err)))
            return false;
    }
    return true;
}

bool followers_move(struct pg_tx *tx, const char *user_id, const char *id, const char *parent_id,
                    const char *moved_to, struct err *err)
{
    return below(tx, user_id, id, parent_id, err) && merchants(tx, user_id, id, moved_to, err) &&
           budgets(tx, user_id, id, moved_to, err);
}
