#include "users/person_store.h"

#include "base/mem.h"

static const struct pg_statement rows[] = {
    {"person_set", "INSERT INTO person AS p (user_id, base_currency, time_zone, version) VALUES "
                   "($1, $2, known_zone($3), $4) "
                   "ON CONFLICT (user_id) DO UPDATE SET base_currency = excluded.base_currency, "
                   "  time_zone = excluded.time_zone, version = excluded.version "
                   "WHERE p.version <= excluded.version AND NOT p.deleted"},
    {"person_erase",
     "WITH a AS (DELETE FROM attempt WHERE user_id = $1), "
     "     m AS (DELETE FROM message WHERE user_id = $1) "
     "INSERT INTO person (user_id, deleted, erased_at) VALUES ($1, true, now()) "
     "ON CONFLICT (user_id) DO UPDATE SET deleted = true, base_currency = NULL, time_zone = NULL,"
     " erased_at = now()"},
    /* What a transaction that saw the person alive committed after the erasure. */
    {"person_erase_rest",
     "WITH gone AS (SELECT user_id FROM person WHERE deleted"
     "  AND erased_at > now() - interval '1 hour'),"
     " a AS (DELETE FROM attempt USING gone WHERE attempt.user_id = gone.user_id)"
     " DELETE FROM message USING gone WHERE message.user_id = gone.user_id"},
};
const struct pg_statements person_statements = {TABLE(rows)};

bool person_store_set(struct pg_tx *tx, const char *user_id, const char *base_currency,
                      const char *time_zone, int64_t version, struct err *err)
{
    return pg_exec(tx, "person_set",
                   PARAMS(P_STR(user_id), P_STR(base_currency), P_STR(time_zone), P_INT(version)),
                   NULL, err);
}

bool person_store_erase(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "person_erase", PARAMS(P_STR(user_id)), NULL, err);
}

bool person_store_erase_rest(struct pg_pool *db, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_query(db, "person_erase_rest", NULL, 0, &result, err);
}
