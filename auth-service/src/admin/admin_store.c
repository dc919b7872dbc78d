#include "admin/admin_store.h"

#include "base/mem.h"

static const struct pg_statement statements[] = {
    {"admin_lock", "UPDATE account SET locked_at = CASE WHEN $2 THEN now() END, updated_at = now()"
                   " WHERE user_id = $1::uuid AND (locked_at IS NOT NULL) <> $2"},
    {"admin_set_role", "UPDATE account SET role = $2, updated_at = now()"
                       " WHERE user_id = $1::uuid AND role <> $2"},
    {"admin_admins", "SELECT user_id, email, username FROM account WHERE role = 'admin'"
                     " ORDER BY user_id LIMIT $1"},
};
const struct pg_statements admin_statements = {TABLE(statements)};

bool admin_store_lock(struct pg_tx *tx, const char *user_id, bool locked, bool *changed,
                      struct err *err)
{
    return pg_exec_change(tx, "admin_lock", PARAMS(P_STR(user_id), P_BOOL(locked)), changed, err);
}

bool admin_store_set_role(struct pg_tx *tx, const char *user_id, bool admin, bool *changed,
                          struct err *err)
{
    return pg_exec_change(tx, "admin_set_role",
                          PARAMS(P_STR(user_id), P_STR(admin ? "admin" : "user")), changed, err);
}

bool admin_store_admins(struct pg_pool *db, size_t limit, struct account_row *rows, size_t *count,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "admin_admins", PARAMS(P_INT(limit)), &result, err))
        return false;
    *count = pg_rows(result);
    for (size_t i = 0; i < *count; i++) {
        struct account *account = &rows[i].account;
        pg_copy(result, i, 0, account->user_id, sizeof account->user_id);
        pg_copy(result, i, 1, account->email, sizeof account->email);
        pg_copy(result, i, 2, account->username, sizeof account->username);
    }
    return true;
}
