#include "replay/replay_store.h"

#include <string.h>

#include "base/mem.h"
#include "users/person_store.h"

/* clang-format off */
#define TEXTS                                                                                      \
    "SELECT m.user_id, m.id, m.channel, m.sender, m.body, m.sealed, k.secret,"                     \
    " " PG_US("m.received_at") ", m.device_message_id, m.status, m.reason,"                        \
    " m.possible_duplicate_of, coalesce(a.number, 0), a.fields, p.base_currency,"                  \
    " " PERSON_UTC_OFFSET("m.received_at")
#define JOINS                                                                                      \
    " LEFT JOIN text_key k ON k.user_id = m.user_id"                                               \
    " LEFT JOIN person p ON p.user_id = m.user_id"                                                 \
    " LEFT JOIN LATERAL (SELECT number, parser, fields FROM attempt WHERE user_id = m.user_id"     \
    "  AND message_id = m.id ORDER BY number DESC LIMIT 1) a ON true"
#define READABLE                                                                                   \
    "m.status IN ('parsed', 'needs_review', 'rejected', 'unrecognised')"                           \
    " AND m.reason IS DISTINCT FROM 'dismissed' AND NOT coalesce(p.deleted, false)"
#define JOB "id, state, dry_run, looked, read, changed, gone, status, sender, outdated, "          \
    PG_US("created_at") ", " PG_US("finished_at")

static const struct pg_statement rows[] = {
    {"replay_add",
     "INSERT INTO replay (id, user_id, dry_run, status, sender, outdated, received_from,"
     "  received_to, rate, after_user)"
     " SELECT $1, $2::uuid, $3, $4, $5, $6, $7, $8, $9,"
     "  coalesce($2, '00000000-0000-0000-0000-000000000000')"
     /* The index holds this for people; NULLs it does not compare. */
     " WHERE NOT EXISTS (SELECT FROM replay WHERE user_id IS NOT DISTINCT FROM $2"
     "  AND state = 'running') ON CONFLICT DO NOTHING RETURNING id"},
    {"replay_find", "SELECT " JOB " FROM replay WHERE id = $2 AND user_id IS NOT DISTINCT FROM $1"},
    {"replay_cancel", "UPDATE replay SET state = 'cancelled', finished_at = now() WHERE id = $2"
                      " AND user_id IS NOT DISTINCT FROM $1 AND state = 'running'"},
    {"replay_differences",
     "SELECT message_id, field, before, after FROM replay_difference"
     " WHERE user_id = $1 AND replay_id = $2 AND ($3::uuid IS NULL OR (message_id, field) > ($3, $4))"
     " ORDER BY message_id, field LIMIT $5"},
    {"replay_next",
     "SELECT id, dry_run FROM replay WHERE state = 'running' AND next_at <= now()"
     " ORDER BY next_at LIMIT 1 FOR UPDATE SKIP LOCKED"},
    {"replay_waiting", "SELECT EXISTS (SELECT FROM replay WHERE state = 'running')"},
    /* Locked before they are read: one that had to wait would see the text as the other left it,
     * beside the attempt that was the last one before. */
    {"replay_lock_page",
     "WITH j AS (SELECT * FROM replay WHERE id = $1)"
     " SELECT m.user_id, m.id FROM message m, j"
     " WHERE (m.user_id, m.id) > (j.after_user, j.after_id)"
     "  AND m.user_id <= coalesce(j.user_id, 'ffffffff-ffff-ffff-ffff-ffffffffffff')"
     " ORDER BY m.user_id, m.id LIMIT $2 FOR UPDATE OF m"},
    {"replay_page",
     TEXTS ", " READABLE
     "  AND (j.status IS NULL OR m.status = j.status)"
     "  AND (j.sender IS NULL OR m.sender = j.sender)"
     "  AND (j.received_from IS NULL OR m.received_at >= j.received_from)"
     "  AND (j.received_to IS NULL OR m.received_at < j.received_to)"
     "  AND (NOT j.outdated OR a.parser IS DISTINCT FROM '" READER_VERSION "')"
     " FROM unnest($2::uuid[], $3::uuid[]) AS l (user_id, id)"
     " JOIN message m ON m.user_id = l.user_id AND m.id = l.id JOIN replay j ON j.id = $1" JOINS
     " ORDER BY m.user_id, m.id"},
    {"replay_lock_one", "SELECT FROM message WHERE user_id = $1 AND id = $2 FOR UPDATE"},
    {"replay_one", TEXTS ", true FROM message m" JOINS
                   " WHERE m.user_id = $1 AND m.id = $2 AND " READABLE},
    {"replay_move",
     "UPDATE replay SET after_user = coalesce($2, after_user), after_id = coalesce($3, after_id),"
     "  looked = looked + $4, read = read + $5, changed = changed + $6, gone = gone + $7,"
     "  state = CASE WHEN $8::boolean THEN 'done' ELSE state END,"
     "  finished_at = CASE WHEN $8::boolean THEN now() END,"
     "  next_at = now() + make_interval(secs => $4::float / rate) WHERE id = $1"},
    {"replay_note",
     "INSERT INTO replay_difference (user_id, replay_id, message_id, field, before, after)"
     " SELECT $1, $2, $3, d.field, d.before, d.after"
     " FROM jsonb_to_recordset($4::jsonb) AS d (field text, before jsonb, after jsonb)"
     " ON CONFLICT DO NOTHING"},
    {"replay_dismiss",
     "WITH was AS (SELECT id, status FROM message WHERE user_id = $1 AND id = $2 FOR UPDATE),"
     " now AS (UPDATE message m SET status = 'rejected', reason = 'dismissed' FROM was"
     "  WHERE m.user_id = $1 AND m.id = was.id AND was.status <> 'received')"
     " SELECT status, coalesce((SELECT max(number) FROM attempt WHERE user_id = $1"
     "  AND message_id = $2), 0) FROM was"},
};
/* clang-format on */
const struct pg_statements replay_statements = {TABLE(rows)};

static struct pg_param time_or_null(int64_t us)
{
    return us != 0 ? P_TIME(us) : P_NULL;
}

bool replay_store_add(struct pg_tx *tx, const char *id, const struct replay_ask *ask, bool *added,
                      struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "replay_add",
                 PARAMS(P_STR(id), P_STR(ask->user_id), P_BOOL(ask->dry_run), P_STR(ask->status),
                        P_STR(ask->sender), P_BOOL(ask->outdated), time_or_null(ask->from_us),
                        time_or_null(ask->to_us), P_INT(ask->rate)),
                 &result, err))
        return false;
    *added = pg_rows(result) > 0;
    return true;
}

bool replay_store_find(struct pg_pool *db, const char *user_id, const char *id,
                       struct pg_result **result, struct err *err)
{
    if (!pg_query(db, "replay_find", PARAMS(P_STR(user_id), P_STR(id)), result, err))
        return false;
    return pg_rows(*result) > 0 || err_set(err, ERR_NOT_FOUND, "no such replay");
}

json_t *replay_job_json(const struct pg_result *result, size_t row)
{
    json_t *filter = json_object();
    json_set_text(filter, "status", pg_str(result, row, 7));
    json_set_text(filter, "sender", pg_str(result, row, 8));
    json_object_set_new(filter, "outdated", json_boolean(pg_bool(result, row, 9)));
    return json_pack(
        "{s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "id", pg_str(result, row, 0),
        "status", pg_str(result, row, 1), "dry_run", pg_bool(result, row, 2), "looked_at",
        (json_int_t)pg_int(result, row, 3), "read", (json_int_t)pg_int(result, row, 4), "changed",
        (json_int_t)pg_int(result, row, 5), "gone", (json_int_t)pg_int(result, row, 6), "filter",
        filter, "created_at", json_time(pg_int(result, row, 10)), "finished_at",
        pg_is_null(result, row, 11) ? json_null() : json_time(pg_int(result, row, 11)));
}

bool replay_store_cancel(struct pg_pool *db, const char *user_id, const char *id, bool *found,
                         struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "replay_cancel", PARAMS(P_STR(user_id), P_STR(id)), &result, err))
        return false;
    *found = pg_affected(result) > 0;
    return true;
}

bool replay_store_differences(struct pg_pool *db, const char *user_id, const char *id,
                              const struct page *page, struct pg_result **result, struct err *err)
{
    return pg_query(db, "replay_differences",
                    PARAMS(P_STR(user_id), P_STR(id), P_STR(page->keys[0]), P_STR(page->keys[1]),
                           P_INT(page->limit + 1)),
                    result, err);
}

static json_t *value_of(const struct pg_result *result, size_t row, int col)
{
    json_error_t ignored;
    const char *text = pg_str(result, row, col);
    json_t *value = text != NULL ? json_loads(text, JSON_DECODE_ANY, &ignored) : NULL;
    return value != NULL ? value : json_null();
}

json_t *replay_difference_json(const struct pg_result *result, size_t row)
{
    return json_pack("{s:s, s:s, s:o, s:o}", "message_id", pg_str(result, row, 0), "field",
                     pg_str(result, row, 1), "before", value_of(result, row, 2), "after",
                     value_of(result, row, 3));
}

bool replay_store_next(struct pg_tx *tx, struct pg_result **result, bool *waiting, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *any = NULL;
    *waiting = false;
    if (!pg_exec(tx, "replay_next", NULL, 0, result, err))
        return false;
    if (pg_rows(*result) > 0)
        return true;
    if (!pg_exec(tx, "replay_waiting", NULL, 0, &any, err))
        return false;
    *waiting = pg_bool(any, 0, 0);
    return true;
}

bool replay_store_page(struct pg_tx *tx, const char *id, struct pg_result **result, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *locked = NULL;
    if (!pg_exec(tx, "replay_lock_page", PARAMS(P_STR(id), P_INT(REPLAY_PAGE)), &locked, err))
        return false;
    scoped(str_drop) char *people = pg_array_column(locked, 0);
    scoped(str_drop) char *ids = pg_array_column(locked, 1);
    return pg_exec(tx, "replay_page", PARAMS(P_STR(id), P_STR(people), P_STR(ids)), result, err);
}

bool replay_store_one(struct pg_tx *tx, const char *user_id, const char *message_id,
                      struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "replay_lock_one", PARAMS(P_STR(user_id), P_STR(message_id)), NULL, err) &&
           pg_exec(tx, "replay_one", PARAMS(P_STR(user_id), P_STR(message_id)), result, err);
}

bool replay_store_move(struct pg_tx *tx, const char *id, const struct pg_result *page,
                       const struct replay_progress *progress, struct err *err)
{
    size_t count = pg_rows(page);
    const char *user_id = count > 0 ? pg_str(page, count - 1, REPLAY_USER) : NULL;
    const char *message_id = count > 0 ? pg_str(page, count - 1, REPLAY_ID) : NULL;
    return pg_exec(tx, "replay_move",
                   PARAMS(P_STR(id), P_STR(user_id), P_STR(message_id), P_INT(progress->looked),
                          P_INT(progress->read), P_INT(progress->changed), P_INT(progress->gone),
                          P_BOOL(count < REPLAY_PAGE)),
                   NULL, err);
}

bool replay_store_note(struct pg_tx *tx, const char *id, const char *user_id,
                       const char *message_id, const json_t *differences, struct err *err)
{
    scoped(str_drop) char *text = json_text(differences);
    return pg_exec(tx, "replay_note",
                   PARAMS(P_STR(user_id), P_STR(id), P_STR(message_id), P_STR(text)), NULL, err);
}

bool replay_store_dismiss(struct pg_tx *tx, const char *user_id, const char *message_id,
                          struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "replay_lock_one", PARAMS(P_STR(user_id), P_STR(message_id)), NULL, err) &&
           pg_exec(tx, "replay_dismiss", PARAMS(P_STR(user_id), P_STR(message_id)), result, err);
}
