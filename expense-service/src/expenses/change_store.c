#include "expenses/change_store.h"

#include <stdlib.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "expenses/expense_columns.h"

#define TRASH_DAYS "30"

static const struct pg_statement rows[] = {
    {"change_add",
     "INSERT INTO expense_change (user_id, expense_id, version, action, actor, changes, created_at,"
     "       source_id)"
     " VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)"},
    /* The entering is told by the expense itself. */
    {"change_list",
     "SELECT version, action, actor, changes, " PG_US(
         "created_at") ", source_id FROM ("
                       " SELECT version, action, actor, changes, created_at, source_id"
                       "  FROM expense_change WHERE user_id = $1 AND expense_id = $2"
                       " UNION ALL SELECT 1, 'created',"
                       "  CASE source WHEN 'message' THEN 'parser' ELSE 'user' END, '{}',"
                       "  created_at, NULL FROM expense WHERE user_id = $1 AND id = $2 AND NOT "
                       "purged) h"
                       " WHERE $3::bigint IS NULL OR version < $3 ORDER BY version DESC LIMIT $4"},
    {"change_lock_any", "SELECT FROM expense WHERE user_id = $1 AND id = $2 FOR UPDATE"},
    {"change_get_any", "SELECT " EXPENSE_COLUMNS " FROM expense e" EXPENSE_JOINS
                       " WHERE e.user_id = $1 AND e.id = $2 AND NOT e.purged"},
    {"change_lock_many", "SELECT FROM expense WHERE user_id = $1 AND id = ANY($2::uuid[])"
                         " AND deleted_at IS NULL ORDER BY id FOR UPDATE"},
    {"change_restore", "UPDATE expense SET deleted_at = NULL, updated_at = $3,"
                       "       version = version + 1"
                       " WHERE user_id = $1 AND id = $2 AND deleted_at IS NOT NULL AND NOT purged"
                       "  AND merged_into IS NULL"
                       " RETURNING version"},
    /* Blank values that the table's rules allow; message_id stays. What was merged into one that
     * goes is deleted like it from now on. Replicas share the work. */
    {"change_purge",
     "WITH old AS (SELECT user_id, id, message_id FROM expense"
     "  WHERE deleted_at < now() - interval '" TRASH_DAYS
     " days' AND NOT purged AND merged_into IS NULL"
     "  ORDER BY deleted_at LIMIT $1 FOR UPDATE SKIP LOCKED),"
     " gone AS (DELETE FROM expense e USING old WHERE e.user_id = old.user_id AND e.id = old.id"
     "  AND old.message_id IS NULL RETURNING e.id),"
     " freed AS (UPDATE expense e SET merged_into = NULL FROM old, expense_link l"
     "  WHERE l.user_id = old.user_id AND l.first_id = old.id AND l.kind = 'duplicate'"
     "   AND e.user_id = l.user_id AND e.id = l.second_id),"
     " unlinked AS (DELETE FROM expense_link l USING old WHERE l.user_id = old.user_id"
     "  AND old.id IN (l.first_id, l.second_id)),"
     " unasked AS (DELETE FROM link_suggestion s USING old WHERE s.user_id = old.user_id"
     "  AND old.id IN (s.first_id, s.second_id)),"
     " forgotten AS (DELETE FROM expense_change h USING old WHERE h.user_id = old.user_id"
     "  AND h.expense_id = old.id AND old.message_id IS NOT NULL),"
     " blank AS (UPDATE expense e SET purged = true, amount_minor = 1, amount_milli = 1,"
     "  currency = 'XXX', occurred_at = 'epoch', merchant_id = NULL, category_id = NULL,"
     "  account_id = NULL, note = '', tags = '[]', origins = '{}', fingerprint = NULL,"
     "  parser = NULL, confidence = NULL, class = NULL, channel = NULL, reference = NULL,"
     "  merchant_raw = NULL, balance_minor = NULL, limit_minor = NULL, second_account = NULL,"
     "  possible_duplicate_of = NULL, splits = NULL"
     "  FROM old WHERE e.user_id = old.user_id AND e.id = old.id AND old.message_id IS NOT NULL)"
     " SELECT FROM old"},
};
const struct pg_statements change_statements = {TABLE(rows)};

bool change_store_add(struct pg_tx *tx, const struct expense *expense, const struct change *change,
                      const json_t *fields, struct err *err)
{
    scoped(str_drop) char *text = json_text(fields);
    return pg_exec(tx, "change_add",
                   PARAMS(P_STR(expense->user_id), P_STR(expense->id), P_INT(expense->version),
                          P_STR(change_action_names[change->action]),
                          P_STR(origin_names[change->by]), P_STR(text), P_TIME(expense->updated_us),
                          P_STR(change->source)),
                   NULL, err);
}

bool change_store_list(struct pg_pool *db, const char *user_id, const char *id,
                       const struct page *page, struct pg_result **result, struct err *err)
{
    return pg_query(db, "change_list",
                    PARAMS(P_STR(user_id), P_STR(id), P_STR(page->keys[0]), P_INT(page->limit + 1)),
                    result, err);
}

json_t *change_from_row(const struct pg_result *result, size_t n)
{
    json_error_t ignored;
    json_t *json = json_pack(
        "{s:I, s:s, s:s, s:o, s:o}", "version", (json_int_t)pg_int(result, n, 0), "action",
        pg_str(result, n, 1), "by", pg_str(result, n, 2), "changes",
        json_loads(pg_str(result, n, 3), 0, &ignored), "at", json_time(pg_int(result, n, 4)));
    json_set_text(json, "source_id", pg_str(result, n, 5));
    return json;
}

bool change_store_lock_any(struct pg_tx *tx, const char *user_id, const char *id,
                           struct expense_row *out, struct err *err)
{
    return expense_store_lock_by(tx, "change_lock_any", "change_get_any", user_id, id, out, err);
}

bool change_store_lock_many(struct pg_tx *tx, const char *user_id, const char *ids, struct err *err)
{
    return pg_exec(tx, "change_lock_many", PARAMS(P_STR(user_id), P_STR(ids)), NULL, err);
}

bool change_store_restore(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    expense->updated_us = time_now_us();
    if (!pg_exec(tx, "change_restore",
                 PARAMS(P_STR(expense->user_id), P_STR(expense->id), P_TIME(expense->updated_us)),
                 &result, err))
        return false;
    if (pg_rows(result) != 1) /* it is locked, and is in no trash */
        return err_set_name(err, ERR_CONFLICT, "merged",
                            "it was merged into another as its duplicate: undo that link");
    expense->version = pg_int(result, 0, 0);
    expense->deleted_us = 0;
    return true;
}

bool change_store_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "change_purge", PARAMS(P_INT(limit)), &result, err))
        return false;
    *purged = pg_rows(result);
    return true;
}
