#include "audit/audit_store.h"

#include "base/mem.h"

#define COLUMNS "user_id, audit_id, actor_id, action, address, user_agent, " PG_US("at")

static const struct pg_statement statements[] = {
    {"audit_add", "INSERT INTO audit (user_id, audit_id, at, actor_id, action, address, user_agent)"
                  " VALUES ($1::uuid, $2::uuid, $3, $4::uuid, $5, $6, $7)"},
    /* An id that is above all others, instead of a condition on NULL, lets the index seek. */
    {"audit_list", "SELECT " COLUMNS " FROM audit WHERE user_id = $1::uuid AND audit_id <"
                   " coalesce($2::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"
                   " ORDER BY audit_id DESC LIMIT $3"},
    {"audit_list_all", "SELECT " COLUMNS " FROM audit WHERE audit_id <"
                       " coalesce($1::uuid, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"
                       " ORDER BY audit_id DESC LIMIT $2"},
};
const struct pg_statements audit_statements = {statements, LENGTH(statements)};

#define ADD_PARAMS(entry)                                                                          \
    PARAMS(P_STR((entry)->user_id), P_STR((entry)->audit_id), P_TIME((entry)->at_us),              \
           P_STR((entry)->actor_id[0] ? (entry)->actor_id : NULL), P_STR((entry)->action),         \
           P_STR((entry)->address), P_STR((entry)->user_agent))

bool audit_store_add(struct pg_tx *tx, const struct audit_entry *entry, struct err *err)
{
    return pg_exec(tx, "audit_add", ADD_PARAMS(entry), NULL, err);
}

/* In a transaction, since pg_query repeats a statement whose connection was lost. */
bool audit_store_note(struct pg_pool *db, const struct audit_entry *entry, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(db, &tx, err) && audit_store_add(tx, entry, err) && pg_commit(&tx, err);
}

bool audit_store_list(struct pg_pool *db, const char *user_id, const char *before, size_t limit,
                      struct audit_entry *rows, size_t *count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param from = P_STR(before[0] ? before : NULL);
    bool ok =
        user_id != NULL
            ? pg_query(db, "audit_list", PARAMS(P_STR(user_id), from, P_INT(limit)), &result, err)
            : pg_query(db, "audit_list_all", PARAMS(from, P_INT(limit)), &result, err);
    *count = ok ? pg_rows(result) : 0;
    for (size_t i = 0; i < *count; i++) {
        struct audit_entry *entry = &rows[i];
        pg_copy(result, i, 0, entry->user_id, sizeof entry->user_id);
        pg_copy(result, i, 1, entry->audit_id, sizeof entry->audit_id);
        pg_copy(result, i, 2, entry->actor_id, sizeof entry->actor_id);
        pg_copy(result, i, 3, entry->action, sizeof entry->action);
        pg_copy(result, i, 4, entry->address, sizeof entry->address);
        pg_copy(result, i, 5, entry->user_agent, sizeof entry->user_agent);
        entry->at_us = pg_int(result, i, 6);
    }
    return ok;
}
