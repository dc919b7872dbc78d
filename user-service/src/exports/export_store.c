#include "exports/export_store.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"

enum { PURGE_ROWS = 64 }; /* of 256 KB each, in one transaction */

#define UTC(column) "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
#define COLUMNS                                                                                    \
    "id, state, " PG_US("requested_at") ", coalesce(" PG_US("ready_at") ", 0), coalesce(" PG_US(   \
        "expires_at") ", 0), size, sha256,"                                                        \
                      " (SELECT json_agg(json_build_object('service', service, 'complete',"        \
                      "   coalesce(parts = parts_in_all, false), 'rows', rows, "                   \
                      "'updated_at', " UTC(                                                        \
                          "updated_at") ") ORDER BY service)"                                      \
                                        "  FROM export_source AS s WHERE s.user_id = "             \
                                        "export.user_id AND s.export_id = export.id)"
/* Every service has told its last part, and all parts are here. */
#define NOTE_TOLD                                                                                  \
    "UPDATE export SET told_at = now() WHERE user_id = $1 AND id = $2 AND state = 'running'"       \
    " AND told_at IS NULL AND NOT EXISTS (SELECT FROM export_source AS s"                          \
    "  WHERE s.user_id = $1 AND s.export_id = $2 AND parts IS DISTINCT FROM parts_in_all)"

static const struct pg_statement rows[] = {
    {"export_add", "WITH added AS (INSERT INTO export (user_id, id) VALUES ($1, $2)"
                   "  ON CONFLICT (user_id) WHERE state = 'running' DO NOTHING"
                   "  RETURNING user_id, id)"
                   " INSERT INTO export_source (user_id, export_id, service)"
                   " SELECT user_id, id, service FROM added, unnest($3::text[]) AS service"},
    {"export_recent", "SELECT count(*) FROM export"
                      " WHERE user_id = $1 AND requested_at > now() - interval '1 day'"},
    {"export_get", "SELECT " COLUMNS " FROM export"
                   " WHERE user_id = $1 AND id = $2 AND state <> 'erased'"},
    {"export_get_running",
     "SELECT " COLUMNS " FROM export WHERE user_id = $1 AND state = 'running'"},
    {"export_list", "SELECT " COLUMNS " FROM export WHERE user_id = $1 AND id < $2"
                    " AND state <> 'erased' ORDER BY id DESC LIMIT $3"},
    {"export_part_add",
     "WITH live AS (SELECT user_id, id FROM export WHERE user_id = $1 AND id = $2"
     "   AND state = 'running' FOR SHARE),"
     " added AS (INSERT INTO export_part (user_id, export_id, service, number, table_name, data)"
     "  SELECT user_id, id, $3::text, $4::int, $5::text, $6::text FROM live"
     "  ON CONFLICT DO NOTHING RETURNING number)"
     " UPDATE export_source SET parts = parts + 1, rows = rows + $7::bigint, updated_at = now()"
     " FROM added WHERE user_id = $1 AND export_id = $2 AND service = $3::text"
     " RETURNING parts_in_all IS NOT NULL"},
    {"export_end", "UPDATE export_source SET parts_in_all = $4, tables = $5::jsonb,"
                   " updated_at = now() WHERE user_id = $1 AND export_id = $2 AND service = $3"},
    {"export_note_told", NOTE_TOLD},
    {"export_erase", "UPDATE export SET state = 'erased', rest = true WHERE user_id = $1"},
    {"export_expire", "WITH over AS (UPDATE export SET state = 'expired', rest = true"
                      "  WHERE state = 'ready' AND expires_at <= now()),"
                      " late AS (UPDATE export SET state = 'failed', rest = true"
                      "  WHERE state = 'running' AND requested_at < now() - interval '7 days')"
                      " DELETE FROM export WHERE state IN ('expired', 'failed') AND NOT rest"
                      "  AND requested_at < now() - interval '30 days'"},
    {"export_to_purge", "SELECT user_id, id, state FROM export WHERE state <> 'running' AND rest"
                        " LIMIT 1 FOR UPDATE SKIP LOCKED"},
    {"export_purge_parts",
     "DELETE FROM export_part WHERE user_id = $1 AND export_id = $2 AND (service, number) IN"
     " (SELECT service, number FROM export_part WHERE user_id = $1 AND export_id = $2 LIMIT $3)"},
    {"export_purge_pieces",
     "DELETE FROM export_piece WHERE user_id = $1 AND export_id = $2 AND number IN"
     " (SELECT number FROM export_piece WHERE user_id = $1 AND export_id = $2 LIMIT $3)"},
    {"export_purged", "UPDATE export SET rest = false WHERE user_id = $1 AND id = $2"},
    {"export_drop", "DELETE FROM export WHERE user_id = $1 AND id = $2"},
    {"export_piece", "SELECT data FROM export_piece"
                     " WHERE user_id = $1 AND export_id = $2 AND number = $3"},
};
const struct pg_statements export_store_statements = {TABLE(rows)};

bool export_store_add(struct pg_tx *tx, const char *user_id, const char *id, bool *added,
                      struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    size_t count = 0;
    while (export_services[count] != NULL)
        count++;
    scoped(str_drop) char *services = pg_array(export_services, count);
    if (!pg_exec(tx, "export_add", PARAMS(P_STR(user_id), P_STR(id), P_STR(services)), &result,
                 err))
        return false;
    *added = pg_affected(result) > 0;
    return true;
}

bool export_store_recent(struct pg_tx *tx, const char *user_id, int64_t *count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "export_recent", PARAMS(P_STR(user_id)), &result, err))
        return false;
    *count = pg_int(result, 0, 0);
    return true;
}

static bool take(const struct pg_result *result, size_t row, struct export *out, struct err *err)
{
    const char *sources = pg_str(result, row, 7);
    *out = (struct export){.requested_us = pg_int(result, row, 2),
                           .ready_us = pg_int(result, row, 3),
                           .expires_us = pg_int(result, row, 4),
                           .size = pg_int(result, row, 5)};
    pg_copy(result, row, 0, out->id, sizeof out->id);
    pg_copy(result, row, 1, out->state, sizeof out->state);
    pg_copy(result, row, 6, out->sha256, sizeof out->sha256);
    if (sources == NULL || json_parse(sources, strlen(sources), &out->sources, err))
        return true;
    err->code = ERR_INTERNAL;
    return err_wrap(err, "sources of an export: ");
}

static bool take_one(const struct pg_result *result, struct export *out, struct err *err)
{
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such export");
    return take(result, 0, out, err);
}

bool export_store_get(struct pg_pool *db, const char *user_id, const char *id, struct export *out,
                      struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!uuid_valid(id))
        return err_set(err, ERR_NOT_FOUND, "no such export");
    return pg_query(db, "export_get", PARAMS(P_STR(user_id), P_STR(id)), &result, err) &&
           take_one(result, out, err);
}

bool export_store_get_running(struct pg_tx *tx, const char *user_id, struct export *out,
                              struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_exec(tx, "export_get_running", PARAMS(P_STR(user_id)), &result, err) &&
           take_one(result, out, err);
}

/* Greater than every UUIDv7: where a list without a cursor begins. */
static const char last_uuid[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";

bool export_store_list(struct pg_pool *db, const char *user_id, const char *before, int limit,
                       struct export **out, size_t *count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *out = NULL;
    *count = 0;
    if (!pg_query(db, "export_list",
                  PARAMS(P_STR(user_id), P_STR(before != NULL ? before : last_uuid), P_INT(limit)),
                  &result, err))
        return false;
    *out = xcalloc(pg_rows(result) + 1, sizeof **out);
    for (; *count < pg_rows(result); ++*count)
        if (!take(result, *count, &(*out)[*count], err))
            return false;
    return true;
}

static bool note_told(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    return pg_exec(tx, "export_note_told", PARAMS(P_STR(user_id), P_STR(id)), NULL, err);
}

bool export_store_part(struct pg_tx *tx, const char *user_id, const struct export_part *part,
                       bool *stored, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(str_drop) char *data = json_text(part->rows);
    if (!pg_exec(tx, "export_part_add",
                 PARAMS(P_STR(user_id), P_STR(part->export_id), P_STR(part->service),
                        P_INT(part->number), P_STR(part->table), P_STR(data),
                        P_INT(json_array_size(part->rows))),
                 &result, err))
        return false;
    *stored = pg_rows(result) > 0;
    /* One that was a dead letter may come after the end. */
    return !*stored || !pg_bool(result, 0, 0) || note_told(tx, user_id, part->export_id, err);
}

bool export_store_end(struct pg_tx *tx, const char *user_id, const struct export_end *end,
                      struct err *err)
{
    scoped(str_drop) char *tables = json_text(end->tables);
    return pg_exec(tx, "export_end",
                   PARAMS(P_STR(user_id), P_STR(end->export_id), P_STR(end->service),
                          P_INT(end->parts), P_STR(tables)),
                   NULL, err) &&
           note_told(tx, user_id, end->export_id, err);
}

bool export_store_erase(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "export_erase", PARAMS(P_STR(user_id)), NULL, err);
}

bool export_store_expire(struct pg_pool *db, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_query(db, "export_expire", NULL, 0, &result, err);
}

/* Some rows of one statement; *count tells how many. */
static bool purge_rows(struct pg_tx *tx, const char *statement, const struct pg_result *export,
                       size_t *count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(
            tx, statement,
            PARAMS(P_STR(pg_str(export, 0, 0)), P_STR(pg_str(export, 0, 1)), P_INT(PURGE_ROWS)),
            &result, err))
        return false;
    *count += pg_affected(result);
    return true;
}

/* The parts once the archive is made of them; the archive, too, once nobody may have it. */
static bool purge_some(struct pg_tx *tx, const struct pg_result *export, struct err *err)
{
    const char *state = pg_str(export, 0, 2);
    size_t count = 0;
    if (!purge_rows(tx, "export_purge_parts", export, &count, err))
        return false;
    if (count == 0 && strcmp(state, "ready") != 0 &&
        !purge_rows(tx, "export_purge_pieces", export, &count, err))
        return false;
    return count > 0 ||
           pg_exec(tx, strcmp(state, "erased") == 0 ? "export_drop" : "export_purged",
                   PARAMS(P_STR(pg_str(export, 0, 0)), P_STR(pg_str(export, 0, 1))), NULL, err);
}

bool export_store_purge(struct pg_pool *db, bool *found, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *export = NULL;
    *found = false;
    if (!pg_begin(db, &tx, err) || !pg_exec(tx, "export_to_purge", NULL, 0, &export, err))
        return false;
    *found = pg_rows(export) > 0;
    return !*found || (purge_some(tx, export, err) && pg_commit(&tx, err));
}

bool export_store_piece(struct pg_pool *db, const char *user_id, const char *id, int64_t number,
                        struct buf *out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "export_piece", PARAMS(P_STR(user_id), P_STR(id), P_INT(number)), &result,
                  err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "the archive is gone");
    size_t len;
    char *bytes = pg_bytes(result, 0, 0, &len);
    buf_add(out, bytes, len);
    free(bytes);
    return true;
}
