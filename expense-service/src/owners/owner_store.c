#include "owners/owner_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "categories/category_store.h"
#include "sums/sum_store.h"

/* At most so many rows: all of a person's at once may take longer than a statement may. */
#define SOME_OF(table)                                                                             \
    "DELETE FROM " table " WHERE ctid = ANY(ARRAY(SELECT ctid FROM " table                         \
    " WHERE user_id = $1 LIMIT $2))"

static const struct pg_statement rows[] = {
    {"owners_lock", "SELECT user_id, deleted_at IS NOT NULL FROM owner"
                    " WHERE user_id = ANY($1::uuid[]) ORDER BY user_id FOR SHARE"},
    {"owners_add", "INSERT INTO owner (user_id)"
                   " SELECT DISTINCT id FROM unnest($1::uuid[]) AS id ORDER BY id"
                   " ON CONFLICT (user_id) DO NOTHING RETURNING user_id"},
    {"owner_profile", "UPDATE owner SET base_currency = $2, time_zone = known_zone($3),"
                      "       month_start = $4, profile_sequence = $5"
                      " WHERE user_id = $1 AND deleted_at IS NULL AND profile_sequence <= $5"},
    {"owner_delete", "INSERT INTO owner (user_id, deleted_at) VALUES ($1, now())"
                     " ON CONFLICT (user_id) DO UPDATE SET base_currency = NULL,"
                     "       time_zone = 'UTC', month_start = 1, erased = false,"
                     "       deleted_at = coalesce(owner.deleted_at, now())"},
    {"owner_erase_expenses", "DELETE FROM expense WHERE user_id = $1 AND id IN"
                             " (SELECT id FROM expense WHERE user_id = $1 LIMIT $2)"},
    {"owner_erase_import_rows", SOME_OF("import_row")},
    {"owner_erase_import_pieces", SOME_OF("import_piece")},
    {"owner_erase_rates", SOME_OF("rate")},
    {"owner_erase_rule_jobs", SOME_OF("rule_job")},
    {"owner_erase_gaps_due", SOME_OF("gap_due")},
    {"owner_erase_budgets_due", SOME_OF("budget_due")},
    {"owner_erase_dismissed", SOME_OF("recurring_dismissed")},
    {"owner_erase_merchants", SOME_OF("merchant")},
    {"owner_erase_layouts", SOME_OF("import_layout")},
    {"owner_erase_imports", SOME_OF("import")},
    {"owner_erase_tickets", SOME_OF("live_ticket")},
    {"owner_erase_tags", SOME_OF("expense_tag")},
    {"owner_erase_accounts", "DELETE FROM account WHERE user_id = $1"},
    {"owner_erase_budgets", "DELETE FROM budget WHERE user_id = $1"},
    {"owner_erase_rules", "DELETE FROM rule WHERE user_id = $1"},
    {"owner_erase_categories", "DELETE FROM category WHERE user_id = $1"},
    {"owner_erased", "UPDATE owner SET erased = true WHERE user_id = $1"},
    {"owner_to_erase", "SELECT user_id FROM owner WHERE deleted_at IS NOT NULL AND NOT erased"
                       " LIMIT 1 FOR UPDATE SKIP LOCKED"},
};
const struct pg_statements owner_statements = {TABLE(rows)};

/* Row of an id in a result ordered by id; the order of UUIDs is that of their text. */
static size_t find_row(const struct pg_result *result, const char *id)
{
    size_t low = 0, high = pg_rows(result);
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcasecmp(pg_str(result, middle, 0), id);
        if (order == 0)
            return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return pg_rows(result);
}

/* Fills deleted[]; *missing tells whether an id has no row. */
static bool lock(struct pg_tx *tx, const char *list, const char *const ids[], size_t count,
                 bool deleted[], bool *missing, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "owners_lock", PARAMS(P_STR(list)), &result, err))
        return false;
    *missing = false;
    for (size_t i = 0; i < count; i++) {
        size_t row = find_row(result, ids[i]);
        if (row < pg_rows(result))
            deleted[i] = pg_bool(result, row, 1);
        else
            *missing = true;
    }
    return true;
}

bool owners_enter(struct pg_tx *tx, const char *const ids[], size_t count, bool deleted[],
                  struct err *err)
{
    scoped(str_drop) char *list = pg_array(ids, count);
    bool missing;
    if (!lock(tx, list, ids, count, deleted, &missing, err))
        return false;
    if (!missing)
        return true;
    scoped(pg_result_drop) struct pg_result *added = NULL;
    if (!pg_exec(tx, "owners_add", PARAMS(P_STR(list)), &added, err))
        return false;
    for (size_t i = 0; i < pg_rows(added); i++)
        if (!category_store_add_defaults(tx, pg_str(added, i, 0), err))
            return false;
    if (!lock(tx, list, ids, count, deleted, &missing, err))
        return false;
    return !missing || err_set(err, ERR_INTERNAL, "owner cannot be made");
}

bool owner_enter(struct pg_tx *tx, const char *user_id, struct err *err)
{
    bool deleted = false;
    if (!owners_enter(tx, &user_id, 1, &deleted, err))
        return false;
    return !deleted ||
           err_set_name(err, ERR_UNAUTHORIZED, "account_deleted", "this account was deleted");
}

bool owner_set_profile(struct pg_tx *tx, const char *user_id, const struct owner_profile *profile,
                       struct err *err)
{
    bool newer;
    if (!pg_exec_change(tx, "owner_profile",
                        PARAMS(P_STR(user_id), P_STR(profile->base_currency),
                               P_STR(profile->time_zone), P_INT(profile->month_start),
                               P_INT(profile->sequence)),
                        &newer, err))
        return false;
    return !newer || profile->locale == NULL ||
           category_store_translate(tx, user_id, profile->locale, err);
}

bool owner_mark_deleted(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "owner_delete", PARAMS(P_STR(user_id)), NULL, err);
}

bool owner_erase(struct pg_tx *tx, const char *user_id, int limit, bool *done, struct err *err)
{
    static const char *const in_steps[] = {
        "owner_erase_expenses",    "owner_erase_import_rows", "owner_erase_import_pieces",
        "owner_erase_rates",       "owner_erase_rule_jobs",   "owner_erase_gaps_due",
        "owner_erase_budgets_due", "owner_erase_dismissed",   "owner_erase_merchants",
        "owner_erase_layouts",     "owner_erase_imports",     "owner_erase_tickets",
        "owner_erase_tags"};
    static const char *const rest[] = {"owner_erase_accounts", "owner_erase_budgets",
                                       "owner_erase_rules", "owner_erase_categories",
                                       "owner_erased"};
    int64_t left = limit;
    for (size_t i = 0; left > 0 && i < LENGTH(in_steps); i++) {
        scoped(pg_result_drop) struct pg_result *result = NULL;
        if (!pg_exec(tx, in_steps[i], PARAMS(P_STR(user_id), P_INT(left)), &result, err))
            return false;
        left -= (int64_t)pg_affected(result);
    }
    size_t sums = 0;
    if (left > 0 && !sum_store_erase(tx, user_id, left, &sums, err))
        return false;
    *done = left > 0 && sums < (size_t)left;
    for (size_t i = 0; *done && i < LENGTH(rest); i++)
        if (!pg_exec(tx, rest[i], PARAMS(P_STR(user_id)), NULL, err))
            return false;
    return true;
}

bool owner_next_to_erase(struct pg_tx *tx, char user_id[static 37], bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "owner_to_erase", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (*found)
        snprintf(user_id, 37, "%s", pg_str(result, 0, 0));
    return true;
}
