#include "users/person_store.h"

#include <stdio.h>

#include "base/mem.h"

static const struct pg_statement rows[] = {
    {"person_set",
     "INSERT INTO person AS p (user_id, base_currency, time_zone, retention_days, version)"
     " VALUES ($1, $2, known_zone($3), $4, $5)"
     " ON CONFLICT (user_id) DO UPDATE SET base_currency = excluded.base_currency,"
     "  time_zone = excluded.time_zone, retention_days = excluded.retention_days,"
     "  version = excluded.version, purge_at = CASE"
     "   WHEN p.retention_days IS DISTINCT FROM excluded.retention_days THEN now()"
     "   ELSE p.purge_at END"
     " WHERE p.version <= excluded.version AND NOT p.deleted"},
    {"person_delete",
     "INSERT INTO person (user_id, deleted, erased_at) VALUES ($1, true, now()) "
     "ON CONFLICT (user_id) DO UPDATE SET deleted = true, erased = false, base_currency = NULL,"
     " time_zone = NULL, retention_days = NULL, erased_at = now()"},
    {"person_erase_messages",
     /* By place: by id, a plan made while nothing is known of the table looks at all of the
      * person's rows for each of them. */
     "WITH batch AS (DELETE FROM message WHERE user_id = $1 AND ctid = ANY (ARRAY"
     "  (SELECT ctid FROM message WHERE user_id = $1 LIMIT $2 FOR UPDATE)) RETURNING id),"
     " a AS (DELETE FROM attempt USING batch WHERE attempt.user_id = $1"
     "  AND attempt.message_id = batch.id)"
     " SELECT count(*) FROM batch"},
    {"person_erase_attempts", "DELETE FROM attempt WHERE user_id = $1"},
    {"person_erase_templates", "DELETE FROM template WHERE user_id = $1"},
    {"person_erase_replays", "WITH d AS (DELETE FROM replay_difference WHERE user_id = $1)"
                             " DELETE FROM replay WHERE user_id = $1"},
    {"person_erase_uploads", "DELETE FROM upload WHERE user_id = $1"},
    {"person_erased", "UPDATE person SET erased = true WHERE user_id = $1"},
    {"person_to_erase", "SELECT user_id FROM person WHERE deleted AND NOT erased LIMIT 1"
                        " FOR UPDATE SKIP LOCKED"},
    /* What a transaction that saw the person alive committed after the erasure. Marked as not
     * erased, so that the erasure is told anew. */
    {"person_erase_stragglers",
     "WITH gone AS (SELECT user_id FROM person WHERE deleted AND erased"
     "  AND erased_at > now() - interval '1 hour'),"
     " a AS (DELETE FROM attempt USING gone WHERE attempt.user_id = gone.user_id"
     "  RETURNING attempt.user_id),"
     " t AS (DELETE FROM template USING gone WHERE template.user_id = gone.user_id"
     "  RETURNING template.user_id),"
     " m AS (DELETE FROM message USING gone WHERE message.user_id = gone.user_id"
     "  RETURNING message.user_id),"
     " k AS (DELETE FROM text_key USING gone WHERE text_key.user_id = gone.user_id"
     "  RETURNING text_key.user_id)"
     " UPDATE person SET erased = false WHERE user_id IN"
     "  (SELECT user_id FROM a UNION SELECT user_id FROM t UNION SELECT user_id FROM m UNION "
     "SELECT user_id FROM k)"},
};
const struct pg_statements person_statements = {TABLE(rows)};

bool person_store_set(struct pg_tx *tx, const char *user_id, const struct person *person,
                      struct err *err)
{
    char days[12];
    snprintf(days, sizeof days, "%d", person->retention_days);
    return pg_exec(tx, "person_set",
                   PARAMS(P_STR(user_id), P_STR(person->base_currency), P_STR(person->time_zone),
                          P_STR(person->retention_days > 0 ? days : NULL), P_INT(person->version)),
                   NULL, err);
}

bool person_store_delete(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "person_delete", PARAMS(P_STR(user_id)), NULL, err);
}

bool person_store_erase(struct pg_tx *tx, const char *user_id, int limit, bool *done,
                        struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "person_erase_messages", PARAMS(P_STR(user_id), P_INT(limit)), &result, err))
        return false;
    *done = pg_int(result, 0, 0) < limit;
    return !*done || (pg_exec(tx, "person_erase_attempts", PARAMS(P_STR(user_id)), NULL, err) &&
                      pg_exec(tx, "person_erase_templates", PARAMS(P_STR(user_id)), NULL, err) &&
                      pg_exec(tx, "person_erase_replays", PARAMS(P_STR(user_id)), NULL, err) &&
                      pg_exec(tx, "person_erase_uploads", PARAMS(P_STR(user_id)), NULL, err) &&
                      pg_exec(tx, "person_erased", PARAMS(P_STR(user_id)), NULL, err));
}

bool person_store_next_to_erase(struct pg_tx *tx, char user_id[static UUID_SIZE], bool *found,
                                struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "person_to_erase", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (*found)
        snprintf(user_id, UUID_SIZE, "%s", pg_str(result, 0, 0));
    return true;
}

bool person_store_erase_stragglers(struct pg_pool *db, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_query(db, "person_erase_stragglers", NULL, 0, &result, err);
}
