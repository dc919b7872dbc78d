#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "operator/output.h"
#include "operator/run.h"

enum { OLD_MS = 60000, ROWS_SHOWN = 100 };

static const struct pg_statement statements[] = {
    {"operator_outbox",
     "SELECT (SELECT count(*) FROM outbox),"
     " coalesce((SELECT (extract(epoch FROM clock_timestamp() - min(created_at)) * 1000)::bigint"
     "           FROM outbox), 0),"
     " pg_table_size('outbox'), pg_indexes_size('outbox'),"
     " CASE WHEN is_called THEN last_value ELSE 0 END FROM outbox_id_seq"},
    {"operator_refused",
     "SELECT reason, topic, count(*), " PG_US("min(refused_at)") " FROM outbox_refused"
                                                                 " GROUP BY reason, topic"
                                                                 " ORDER BY count(*) DESC, reason, "
                                                                 "topic"},
    {"operator_refused_rows",
     "SELECT id, topic, reason, octet_length(value) FROM outbox_refused ORDER BY id LIMIT $1::int"},
    /* The locks of the outbox's parts, as events/relay_shards.c takes them. */
    {"operator_relays",
     "SELECT l.pid, coalesce(a.application_name, ''), count(*)"
     " FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)"
     " WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.granted"
     " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
     " AND l.classid::bigint ="
     "     hashtext('relay shard:' || current_schema())::bigint & 4294967295"
     " GROUP BY 1, 2 ORDER BY 1"},
    /* Writers of the same users wait until these rows have their new ids. */
    {"operator_retry_lock",
     "SELECT FROM event_sequence s WHERE EXISTS (SELECT FROM outbox_refused r"
     " WHERE ($1::bigint IS NULL OR r.id = $1) AND r.topic = s.topic AND s.user_id ="
     " CASE WHEN r.headers IS NULL THEN convert_from(r.key, 'UTF8') END)"
     " ORDER BY user_id, topic FOR UPDATE"},
    /* An event of which later ones of the same user were sent already would be taken for a repeat
     * by its number: it is sent without, and consumers know it by its content. */
    {"operator_retry",
     "WITH back AS (DELETE FROM outbox_refused WHERE $1::bigint IS NULL OR id = $1 RETURNING *),"
     " numbered AS (SELECT *,"
     "  CASE WHEN headers IS NULL THEN convert_from(value, 'UTF8')::jsonb END AS event,"
     "  CASE WHEN headers IS NULL THEN convert_from(key, 'UTF8') END AS user_id,"
     "  count(*) OVER (PARTITION BY topic, key ORDER BY id DESC) - 1 AS later FROM back),"
     " moved AS (INSERT INTO outbox (created_at, topic, key, value, headers)"
     "  SELECT n.created_at, n.topic, n.key, CASE"
     "   WHEN s.sequence - (n.event->>'sequence')::bigint > n.later"
     "   THEN convert_to((n.event - 'sequence')::text, 'UTF8') ELSE n.value END, n.headers"
     "  FROM numbered n LEFT JOIN event_sequence s ON s.user_id = n.user_id AND s.topic = n.topic"
     "  ORDER BY n.id RETURNING id)"
     " SELECT count(*) FROM moved"},
};
const struct pg_statements operator_statements = {TABLE(statements)};

static bool read_relays(struct pg_pool *db, json_t **out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    if (!pg_query(db, "operator_relays", NULL, 0, &found, err))
        return false;
    *out = json_array();
    for (size_t i = 0; i < pg_rows(found); i++)
        json_array_append_new(
            *out, json_pack("{s:I, s:s, s:I}", "pid", (json_int_t)pg_int(found, i, 0), "name",
                            pg_str(found, i, 1), "parts", (json_int_t)pg_int(found, i, 2)));
    return true;
}

static bool read_reasons(struct pg_pool *db, json_t **out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    if (!pg_query(db, "operator_refused", NULL, 0, &found, err))
        return false;
    *out = json_array();
    for (size_t i = 0; i < pg_rows(found); i++)
        json_array_append_new(*out, json_pack("{s:s, s:s, s:I, s:o}", "reason", pg_str(found, i, 0),
                                              "topic", pg_str(found, i, 1), "count",
                                              (json_int_t)pg_int(found, i, 2), "since",
                                              json_time(pg_int(found, i, 3))));
    return true;
}

static bool read_refused(struct pg_pool *db, json_t **out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    if (!pg_query(db, "operator_refused_rows", PARAMS(P_INT(ROWS_SHOWN)), &found, err))
        return false;
    *out = json_array();
    for (size_t i = 0; i < pg_rows(found); i++)
        json_array_append_new(*out, json_pack("{s:I, s:s, s:s, s:I}", "id",
                                              (json_int_t)pg_int(found, i, 0), "topic",
                                              pg_str(found, i, 1), "reason", pg_str(found, i, 2),
                                              "bytes", (json_int_t)pg_int(found, i, 3)));
    return true;
}

/* What `outbox status --json` prints. */
static bool read_status(struct pg_pool *db, json_t **out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    scoped(json_drop) json_t *relays = NULL;
    scoped(json_drop) json_t *reasons = NULL;
    scoped(json_drop) json_t *refused = NULL;
    if (!pg_query(db, "operator_outbox", NULL, 0, &found, err) || !read_relays(db, &relays, err) ||
        !read_reasons(db, &reasons, err) || !read_refused(db, &refused, err))
        return false;
    *out =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:O, s:O, s:O}", "waiting",
                  (json_int_t)pg_int(found, 0, 0), "oldest_age_ms", (json_int_t)pg_int(found, 0, 1),
                  "table_bytes", (json_int_t)pg_int(found, 0, 2), "index_bytes",
                  (json_int_t)pg_int(found, 0, 3), "last_id", (json_int_t)pg_int(found, 0, 4),
                  "relays", relays, "refused", reasons, "refused_rows", refused);
    return true;
}

static json_int_t number(const json_t *status, const char *name)
{
    return json_integer_value(json_object_get(status, name));
}

/* What an operator must look at; NULL when all is well. */
static const char *complaint(const json_t *status)
{
    if (json_array_size(json_object_get(status, "refused")) > 0)
        return "rows were refused by the broker: mend the reason, then outbox retry";
    if (number(status, "oldest_age_ms") > OLD_MS)
        return "the oldest row waits for over a minute: is the broker reachable?";
    if (number(status, "waiting") > 0 && json_array_size(json_object_get(status, "relays")) == 0)
        return "rows wait and no relay of this service runs";
    return NULL;
}

static void print_status(const json_t *status)
{
    static const struct output_column relays[] = {
        {"RELAY", "pid", true}, {"NAME", "name", false}, {"PARTS", "parts", true}};
    static const struct output_column reasons[] = {{"REFUSED", "count", true},
                                                   {"TOPIC", "topic", false},
                                                   {"REASON", "reason", false},
                                                   {"SINCE", "since", false}};
    static const struct output_column rows[] = {{"ROW", "id", true},
                                                {"TOPIC", "topic", false},
                                                {"BYTES", "bytes", true},
                                                {"REASON", "reason", false}};
    char table[24], indexes[24];
    output_size(number(status, "table_bytes"), table);
    output_size(number(status, "index_bytes"), indexes);
    printf("waiting      %" JSON_INTEGER_FORMAT "\n", number(status, "waiting"));
    printf("oldest       %.1f s\n", (double)number(status, "oldest_age_ms") / 1000);
    printf("table        %s, indexes %s\n", table, indexes);
    printf("last id      %" JSON_INTEGER_FORMAT "\n", number(status, "last_id"));
    if (json_array_size(json_object_get(status, "relays")) > 0)
        output_table(stdout, relays, LENGTH(relays), json_object_get(status, "relays"));
    else
        printf("relays       none\n");
    if (json_array_size(json_object_get(status, "refused")) == 0)
        return;
    output_table(stdout, reasons, LENGTH(reasons), json_object_get(status, "refused"));
    output_table(stdout, rows, LENGTH(rows), json_object_get(status, "refused_rows"));
}

bool run_outbox_status(const struct operator_env *env, const struct operator_args *args,
                       int *status, struct err *err)
{
    scoped(json_drop) json_t *found = NULL;
    if (!read_status(env->inbox->db, &found, err))
        return false;
    const char *bad = complaint(found);
    json_object_set_new(found, "complaint", json_str_or_null(bad));
    if (args->json)
        output_json(stdout, found);
    else
        print_status(found);
    if (bad != NULL && !args->json)
        printf("%s\n", bad);
    *status = bad != NULL ? OPERATOR_DIFFERS : OPERATOR_GOOD;
    return true;
}

bool run_outbox_retry(const struct operator_env *env, const struct operator_args *args, int *status,
                      struct err *err)
{
    char id[24];
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *moved = NULL;
    snprintf(id, sizeof id, "%" PRId64, args->id_offset);
    const char *which = args->all ? NULL : id;
    if (!pg_begin(env->inbox->db, &tx, err) ||
        !pg_exec(tx, "operator_retry_lock", PARAMS(P_STR(which)), NULL, err) ||
        !pg_exec(tx, "operator_retry", PARAMS(P_STR(which)), &moved, err))
        return false;
    json_int_t count = pg_int(moved, 0, 0);
    if (count == 0 && !args->all)
        return err_set(err, ERR_NOT_FOUND, "no refused row has the id %s", id);
    if (!pg_commit(&tx, err))
        return false;
    if (args->json) {
        scoped(json_drop) json_t *all = json_pack("{s:I}", "put_back", count);
        output_json(stdout, all);
    } else {
        printf("%" JSON_INTEGER_FORMAT " put back\n", count);
    }
    *status = OPERATOR_GOOD;
    return true;
}
