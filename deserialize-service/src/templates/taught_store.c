#include "templates/taught_store.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"

#define COLUMNS(user) user ", id, name, pattern, says, merchant, "
#define OWN COLUMNS("user_id::text") "offered_at IS NOT NULL, " PG_US("created_at")
#define SHARED COLUMNS("''") "false, " PG_US("created_at")
/* An offer is looked at without its owner and the name that the owner gave it. */
#define OFFER "'', id, '', pattern, says, merchant, true, " PG_US("offered_at")
#define LAST_TEXTS                                                                                 \
    "(SELECT id, sender, status FROM message WHERE user_id = $1 ORDER BY id DESC LIMIT $2)"

static const struct pg_statement rows[] = {
    {"taught_load", "SELECT " OWN " FROM template WHERE user_id = ANY ($1::uuid[])"
                    " UNION ALL SELECT " SHARED " FROM shared_template ORDER BY 1, 2"},
    {"taught_list", "SELECT " OWN " FROM template WHERE user_id = $1 ORDER BY id"},
    {"taught_shared", "SELECT " SHARED " FROM shared_template ORDER BY id"},
    {"taught_get", "SELECT " OWN " FROM template WHERE user_id = $1 AND id = $2"},
    /* Two at once may pass the limit by one: taught_sets_load takes no more than the limit. */
    {"taught_add", "INSERT INTO template (user_id, id, name, pattern, says, merchant)"
                   " SELECT $1, $2, $3, $4, $5, $6"
                   " WHERE (SELECT count(*) FROM template WHERE user_id = $1) < $7::int"
                   "  AND NOT EXISTS (SELECT FROM person WHERE user_id = $1 AND deleted)"},
    {"taught_remove", "DELETE FROM template WHERE user_id = $1 AND id = $2"},
    {"taught_offer", "UPDATE template SET offered_at = CASE WHEN $3::boolean"
                     " THEN coalesce(offered_at, now()) END WHERE user_id = $1 AND id = $2"},
    {"taught_offers", "SELECT " OFFER " FROM template WHERE offered_at IS NOT NULL AND id > $1"
                      " ORDER BY id LIMIT $2"},
    {"taught_offered",
     "SELECT " OFFER " FROM template WHERE offered_at IS NOT NULL AND id = $1 FOR UPDATE"},
    {"taught_decline",
     "UPDATE template SET offered_at = NULL WHERE offered_at IS NOT NULL AND id = $1"},
    {"taught_share", "INSERT INTO shared_template (id, name, pattern, says, merchant)"
                     " SELECT $1, $2, $3, $4, $5"
                     " WHERE (SELECT count(*) FROM shared_template) < $6::int"},
    {"taught_unshare", "DELETE FROM shared_template WHERE id = $1"},
    {"taught_matched",
     "SELECT a.fields ->> 'template', count(DISTINCT m.id) FROM " LAST_TEXTS " AS m"
     " JOIN attempt a ON a.user_id = $1 AND a.message_id = m.id"
     " WHERE a.fields ->> 'template' IS NOT NULL GROUP BY 1"},
    {"taught_senders", "SELECT sender, count(*), count(*) FILTER (WHERE status = 'parsed'),"
                       " count(*) FILTER (WHERE status = 'needs_review'),"
                       " count(*) FILTER (WHERE status = 'rejected'),"
                       " count(*) FILTER (WHERE status = 'unrecognised'),"
                       " count(*) FILTER (WHERE status = 'duplicate')"
                       " FROM " LAST_TEXTS " AS m GROUP BY sender ORDER BY 2 DESC, 1 LIMIT $3"},
};
const struct pg_statements taught_statements = {TABLE(rows)};

void taught_store_row(const struct pg_result *result, size_t row, struct taught *out)
{
    pg_copy(result, row, TAUGHT_ID, out->id, sizeof out->id);
    out->name = pg_str(result, row, TAUGHT_NAME);
    out->pattern = pg_str(result, row, TAUGHT_PATTERN);
    out->says = pg_str(result, row, TAUGHT_SAYS);
    out->merchant = pg_str(result, row, TAUGHT_MERCHANT);
}

bool taught_store_load(struct pg_tx *tx, const char *const user_ids[], size_t count,
                       struct pg_result **result, struct err *err)
{
    scoped(str_drop) char *ids = pg_array(user_ids, count);
    return pg_exec(tx, "taught_load", PARAMS(P_STR(ids)), result, err);
}

bool taught_store_list(struct pg_pool *db, const char *user_id, struct pg_result **result,
                       struct err *err)
{
    return pg_query(db, "taught_list", PARAMS(P_STR(user_id)), result, err);
}

bool taught_store_shared(struct pg_pool *db, struct pg_result **result, struct err *err)
{
    return pg_query(db, "taught_shared", NULL, 0, result, err);
}

bool taught_store_get(struct pg_pool *db, const char *user_id, const char *id,
                      struct pg_result **result, struct err *err)
{
    return pg_query(db, "taught_get", PARAMS(P_STR(user_id), P_STR(id)), result, err);
}

bool taught_store_add(struct pg_tx *tx, const char *user_id, const struct taught *taught,
                      bool *added, struct err *err)
{
    return pg_exec_change(tx, "taught_add",
                          PARAMS(P_STR(user_id), P_STR(taught->id), P_STR(taught->name),
                                 P_STR(taught->pattern), P_STR(taught->says),
                                 P_STR(taught->merchant), P_INT(TAUGHT_MAX)),
                          added, err);
}

bool taught_store_remove(struct pg_tx *tx, const char *user_id, const char *id, bool *removed,
                         struct err *err)
{
    return pg_exec_change(tx, "taught_remove", PARAMS(P_STR(user_id), P_STR(id)), removed, err);
}

bool taught_store_offer(struct pg_tx *tx, const char *user_id, const char *id, bool offered,
                        bool *found, struct err *err)
{
    return pg_exec_change(tx, "taught_offer", PARAMS(P_STR(user_id), P_STR(id), P_BOOL(offered)),
                          found, err);
}

bool taught_store_offers(struct pg_pool *db, const char *after_id, int64_t limit,
                         struct pg_result **result, struct err *err)
{
    return pg_query(db, "taught_offers", PARAMS(P_STR(after_id), P_INT(limit)), result, err);
}

bool taught_store_offered(struct pg_tx *tx, const char *id, struct pg_result **result,
                          struct err *err)
{
    return pg_exec(tx, "taught_offered", PARAMS(P_STR(id)), result, err);
}

bool taught_store_decline(struct pg_tx *tx, const char *id, bool *found, struct err *err)
{
    return pg_exec_change(tx, "taught_decline", PARAMS(P_STR(id)), found, err);
}

bool taught_store_share(struct pg_tx *tx, const struct taught *taught, bool *added, struct err *err)
{
    return pg_exec_change(tx, "taught_share",
                          PARAMS(P_STR(taught->id), P_STR(taught->name), P_STR(taught->pattern),
                                 P_STR(taught->says), P_STR(taught->merchant),
                                 P_INT(TAUGHT_SHARED_MAX)),
                          added, err);
}

bool taught_store_unshare(struct pg_tx *tx, const char *id, bool *found, struct err *err)
{
    return pg_exec_change(tx, "taught_unshare", PARAMS(P_STR(id)), found, err);
}

bool taught_store_matched(struct pg_pool *db, const char *user_id, struct pg_result **result,
                          struct err *err)
{
    return pg_query(db, "taught_matched", PARAMS(P_STR(user_id), P_INT(PARSERS_LOOK)), result, err);
}

bool taught_store_senders(struct pg_pool *db, const char *user_id, struct pg_result **result,
                          struct err *err)
{
    return pg_query(db, "taught_senders",
                    PARAMS(P_STR(user_id), P_INT(PARSERS_LOOK), P_INT(PARSERS_SENDERS_MAX)), result,
                    err);
}
