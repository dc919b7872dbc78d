#include "categories/leaving_store.h"

#include "base/mem.h"
#include "expenses/expense_columns.h"

#define AS_REF(id, name)                                                                           \
    "CASE WHEN " id " IS NULL THEN NULL ELSE jsonb_build_object('id', " id ", 'name', " name ") "  \
    "END"

static const struct pg_statement rows[] = {
    {"leaving_next", "SELECT user_id, id, moved_to FROM category WHERE deleted_at IS NOT NULL"
                     " ORDER BY deleted_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED"},
    /* Of the category itself or of one of the splits. Locked before they are moved, since moving
     * tells them with their names (expense_columns.h). */
    {"leaving_lock",
     "SELECT id FROM expense WHERE user_id = $1 AND id = ANY(ARRAY("
     "  (SELECT id FROM expense WHERE user_id = $1 AND category_id = $2 AND NOT purged LIMIT $3)"
     "  UNION ALL (SELECT id FROM expense WHERE user_id = $1 AND NOT purged AND splits @>"
     "   jsonb_build_array(jsonb_build_object('category_id', $2::text)) LIMIT $3)"
     "  LIMIT $3)) FOR UPDATE"},
    /* A line goes where the whole would. What somebody gave another category meanwhile stays. */
    {"leaving_move",
     "WITH gone AS (SELECT c.id, c.name, n.id AS new_id, n.name AS new_name"
     "  FROM category c LEFT JOIN category n ON n.user_id = c.user_id AND n.id = c.moved_to"
     "  WHERE c.user_id = $1 AND c.id = $2),"
     " moved AS (UPDATE expense e SET"
     "  category_id = CASE WHEN e.category_id = gone.id THEN gone.new_id ELSE e.category_id END,"
     "  splits = CASE WHEN e.splits IS NOT NULL THEN (SELECT jsonb_agg(CASE"
     "    WHEN s->>'category_id' = gone.id::text"
     "    THEN s || jsonb_build_object('category_id', gone.new_id) ELSE s END ORDER BY n)"
     "   FROM jsonb_array_elements(e.splits) WITH ORDINALITY AS x (s, n)) END,"
     "  origins = jsonb_set(e.origins, '{category}', '\"user\"'), updated_at = now(),"
     "  version = e.version + 1 FROM gone"
     "  WHERE e.user_id = $1 AND e.id = ANY($3::uuid[]) AND NOT e.purged AND (e.category_id = $2"
     "   OR e.splits @> jsonb_build_array(jsonb_build_object('category_id', $2::text)))"
     "  RETURNING e.*),"
     " told AS (INSERT INTO expense_change (user_id, expense_id, version, action, actor, changes)"
     "  SELECT m.user_id, m.id, m.version, 'updated', 'user', jsonb_build_object('category',"
     "   jsonb_build_object('from', " AS_REF("gone.id", "gone.name") ", 'to', " AS_REF(
         "gone.new_id", "gone.new_name") ")) FROM moved m, gone)"
                                         " SELECT " EXPENSE_COLUMNS " FROM moved e" EXPENSE_JOINS},
    {"leaving_end", "DELETE FROM category WHERE user_id = $1 AND id = $2"},
};
const struct pg_statements leaving_statements = {TABLE(rows)};

bool leaving_store_next(struct pg_tx *tx, char user_id[static UUID_SIZE], char id[static UUID_SIZE],
                        char moved_to[static UUID_SIZE], bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "leaving_next", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (*found) {
        pg_copy(result, 0, 0, user_id, UUID_SIZE);
        pg_copy(result, 0, 1, id, UUID_SIZE);
        pg_copy(result, 0, 2, moved_to, UUID_SIZE);
    }
    return true;
}

bool leaving_store_move(struct pg_tx *tx, const char *user_id, const char *id, int limit,
                        struct pg_result **moved, bool *done, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *locked = NULL;
    if (!pg_exec(tx, "leaving_lock", PARAMS(P_STR(user_id), P_STR(id), P_INT(limit)), &locked, err))
        return false;
    *done = pg_rows(locked) < (size_t)limit;
    scoped(str_drop) char *ids = pg_array_column(locked, 0);
    return pg_exec(tx, "leaving_move", PARAMS(P_STR(user_id), P_STR(id), P_STR(ids)), moved, err);
}

bool leaving_store_end(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    return pg_exec(tx, "leaving_end", PARAMS(P_STR(user_id), P_STR(id)), NULL, err);
}
