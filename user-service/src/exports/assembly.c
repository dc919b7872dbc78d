#include "exports/assembly.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "exports/export.h"
#include "exports/rows.h"
#include "exports/zip.h"

#define LEASE "interval '30 seconds'"

static const struct pg_statement statements[] = {
    {"assembly_claim", "UPDATE export SET assembler = $1, leased_until = now() + " LEASE
                       " WHERE (user_id, id) IN (SELECT user_id, id FROM export"
                       "  WHERE state = 'running' AND told_at IS NOT NULL"
                       "   AND (leased_until IS NULL OR leased_until < now())"
                       "  ORDER BY told_at LIMIT 1 FOR UPDATE SKIP LOCKED)"
                       " RETURNING user_id, id, " PG_US("requested_at")},
    {"assembly_clear", "WITH mine AS (UPDATE export SET leased_until = now() + " LEASE
                       "  WHERE user_id = $1 AND id = $2 AND assembler = $3 AND state = 'running'"
                       "  RETURNING user_id, id), gone AS ("
                       " DELETE FROM export_piece p USING mine WHERE p.user_id = mine.user_id"
                       "  AND p.export_id = mine.id AND p.number IN (SELECT number"
                       "   FROM export_piece WHERE user_id = $1 AND export_id = $2 LIMIT 64)"
                       "  RETURNING 1)"
                       " SELECT (SELECT count(*) FROM mine), (SELECT count(*) FROM gone)"},
    {"assembly_sources",
     "SELECT service, tables, " PG_US(
         "updated_at") " FROM export_source"
                       " WHERE user_id = $1 AND export_id = $2 ORDER BY service"},
    {"assembly_part", "SELECT number, table_name, data FROM export_part WHERE user_id = $1"
                      " AND export_id = $2 AND service = $3 AND number > $4"
                      " ORDER BY number LIMIT 1"},
    {"assembly_piece", "WITH mine AS (UPDATE export SET leased_until = now() + " LEASE
                       "  WHERE user_id = $1 AND id = $2 AND assembler = $3 AND state = 'running'"
                       "  RETURNING user_id, id)"
                       " INSERT INTO export_piece (user_id, export_id, number, data)"
                       " SELECT user_id, id, $4::int, $5::bytea FROM mine"},
    {"assembly_leave", "UPDATE export SET leased_until = now() WHERE user_id = $1 AND id = $2"
                       " AND assembler = $3"},
    {"assembly_done",
     "UPDATE export SET state = 'ready', ready_at = now(), expires_at = now() + interval '7 days',"
     " size = $4, sha256 = $5, assembler = NULL, rest = true"
     " WHERE user_id = $1 AND id = $2 AND assembler = $3 AND state = 'running'"},
};
const struct pg_statements assembly_statements = {TABLE(statements)};

struct assembly {
    struct pg_pool *db;
    const atomic_bool *stopping;
    char id[UUID_SIZE]; /* of this attempt */
    char user_id[UUID_SIZE], export_id[UUID_SIZE];
    int64_t requested_us;
    int64_t pieces;
    struct zip *zip;
    json_t *files; /* of the manifest */
};

static void assembly_fini(struct assembly *assembly)
{
    zip_drop(&assembly->zip);
    json_drop(&assembly->files);
}

static bool lost(struct err *err)
{
    return err_set(err, ERR_CONFLICT, "the export has ended, or another process assembles it");
}

/* For another process to begin at once. */
static bool leave(const struct assembly *assembly, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_query(
               assembly->db, "assembly_leave",
               PARAMS(P_STR(assembly->user_id), P_STR(assembly->export_id), P_STR(assembly->id)),
               &result, err) &&
           err_set(err, ERR_UNAVAILABLE, "the service is stopping");
}

static bool keep_piece(void *arg, const void *bytes, size_t len, struct err *err)
{
    struct assembly *assembly = arg;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(assembly->db, "assembly_piece",
                  PARAMS(P_STR(assembly->user_id), P_STR(assembly->export_id), P_STR(assembly->id),
                         P_INT(assembly->pieces), P_BYTES(bytes, len)),
                  &result, err))
        return false;
    assembly->pieces++;
    return pg_affected(result) == 1 || lost(err);
}

/* What an attempt that was killed has left. */
static bool clear(struct assembly *assembly, struct err *err)
{
    size_t cleared = 1;
    while (cleared > 0) {
        scoped(pg_result_drop) struct pg_result *result = NULL;
        if (!pg_query(
                assembly->db, "assembly_clear",
                PARAMS(P_STR(assembly->user_id), P_STR(assembly->export_id), P_STR(assembly->id)),
                &result, err))
            return false;
        if (pg_int(result, 0, 0) == 0)
            return lost(err);
        cleared = (size_t)pg_int(result, 0, 1);
    }
    return true;
}

/* One file: a table of a service in one of the two forms. */
struct file {
    const char *service, *table, *ending;
    rows_fn *add;
    int64_t after; /* parts up to this number are of tables before */
    int64_t rows;  /* written */
    int64_t last;  /* number of the last part written; after, when there was none */
    int64_t told_us;
};

/* The rows of the table's next part; NULL after its last one. Parts of a table follow each other.
 */
static bool next_part(struct assembly *assembly, struct file *file, json_t **rows, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *rows = NULL;
    if (*assembly->stopping)
        return leave(assembly, err);
    if (!pg_query(assembly->db, "assembly_part",
                  PARAMS(P_STR(assembly->user_id), P_STR(assembly->export_id), P_STR(file->service),
                         P_INT(file->last)),
                  &result, err))
        return false;
    if (pg_rows(result) == 0 || strcmp(pg_str(result, 0, 1), file->table) != 0)
        return true;
    const char *data = pg_str(result, 0, 2);
    file->last = pg_int(result, 0, 0);
    return json_parse(data, strlen(data), rows, err) || err_wrap(err, "part of an export: ");
}

static bool add_text(struct assembly *assembly, struct buf *text, struct err *err)
{
    bool ok = text->len == 0 || zip_add(assembly->zip, text->data, text->len, err);
    text->len = 0;
    return ok;
}

static bool write_rows(struct assembly *assembly, struct file *file, struct buf *text,
                       struct err *err)
{
    bool json = file->add == rows_to_json;
    file->last = file->after;
    if (json)
        rows_json_begin(text);
    for (;;) {
        scoped(json_drop) json_t *rows = NULL;
        if (!next_part(assembly, file, &rows, err))
            return false;
        if (rows == NULL)
            break;
        file->add(text, rows, file->rows == 0);
        file->rows += (int64_t)json_array_size(rows);
        if (!add_text(assembly, text, err))
            return false;
    }
    if (json)
        rows_json_end(text);
    return add_text(assembly, text, err);
}

static bool write_file(struct assembly *assembly, struct file *file, struct err *err)
{
    struct buf text = {0};
    struct zip_sum sum;
    /* "expense-service" is the folder "expense". */
    scoped(str_drop) char *name = xasprintf("%.*s/%s.%s", (int)strcspn(file->service, "-"),
                                            file->service, file->table, file->ending);
    bool ok = zip_begin(assembly->zip, name, err) && write_rows(assembly, file, &text, err) &&
              zip_end(assembly->zip, &sum, err);
    buf_fini(&text);
    if (ok)
        json_array_append_new(assembly->files,
                              json_pack("{s:s, s:s, s:I, s:I, s:s, s:o}", "name", name, "service",
                                        file->service, "rows", (json_int_t)file->rows, "bytes",
                                        (json_int_t)sum.bytes, "sha256", sum.sha256, "told_at",
                                        json_time(file->told_us)));
    return ok;
}

static bool write_source(struct assembly *assembly, const char *service, const json_t *tables,
                         int64_t told_us, struct err *err)
{
    size_t i;
    json_t *table;
    int64_t after = 0;
    json_array_foreach(tables, i, table)
    {
        struct file json = {.service = service,
                            .table = json_string_value(table),
                            .ending = "json",
                            .add = rows_to_json,
                            .after = after,
                            .told_us = told_us};
        struct file csv = json;
        csv.ending = "csv";
        csv.add = rows_to_csv;
        if (!write_file(assembly, &json, err) || !write_file(assembly, &csv, err))
            return false;
        after = json.last;
    }
    return true;
}

static bool write_sources(struct assembly *assembly, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *sources = NULL;
    if (!pg_query(assembly->db, "assembly_sources",
                  PARAMS(P_STR(assembly->user_id), P_STR(assembly->export_id)), &sources, err))
        return false;
    for (size_t i = 0; i < pg_rows(sources); i++) {
        scoped(json_drop) json_t *tables = NULL;
        const char *text = pg_str(sources, i, 1);
        if (!json_parse(text, strlen(text), &tables, err) ||
            !write_source(assembly, pg_str(sources, i, 0), tables, pg_int(sources, i, 2), err))
            return false;
    }
    return true;
}

static bool write_manifest(struct assembly *assembly, struct err *err)
{
    struct zip_sum sum;
    scoped(json_drop) json_t *manifest =
        json_pack("{s:s, s:s, s:s, s:o, s:o, s:O}", "format", "expenses-tracker-export/1",
                  "export_id", assembly->export_id, "user_id", assembly->user_id, "requested_at",
                  json_time(assembly->requested_us), "produced_at", json_time(time_now_us()),
                  "files", assembly->files);
    char *text = json_dumps(manifest, JSON_INDENT(2));
    bool ok = zip_begin(assembly->zip, "manifest.json", err) &&
              zip_add(assembly->zip, text, strlen(text), err) && zip_end(assembly->zip, &sum, err);
    free(text);
    return ok;
}

static bool finish(struct assembly *assembly, struct err *err)
{
    struct zip_sum sum;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!zip_finish(assembly->zip, &sum, err) ||
        !pg_query(assembly->db, "assembly_done",
                  PARAMS(P_STR(assembly->user_id), P_STR(assembly->export_id), P_STR(assembly->id),
                         P_INT(sum.bytes), P_STR(sum.sha256)),
                  &result, err))
        return false;
    if (pg_affected(result) != 1)
        return lost(err);
    log_info("export_ready", L_STR("export_id", assembly->export_id), L_INT("bytes", sum.bytes));
    return true;
}

static bool claim(struct assembly *assembly, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    uuid_new(assembly->id);
    if (!pg_query(assembly->db, "assembly_claim", PARAMS(P_STR(assembly->id)), &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (!*found)
        return true;
    snprintf(assembly->user_id, UUID_SIZE, "%s", pg_str(result, 0, 0));
    snprintf(assembly->export_id, UUID_SIZE, "%s", pg_str(result, 0, 1));
    assembly->requested_us = pg_int(result, 0, 2);
    return true;
}

bool assembly_run(struct pg_pool *db, const atomic_bool *stopping, bool *found, struct err *err)
{
    scoped(assembly_fini) struct assembly assembly = {
        .db = db, .stopping = stopping, .files = json_array()};
    *found = false;
    if (!claim(&assembly, found, err))
        return false;
    if (!*found)
        return true;
    const struct zip_conf conf = {.sink = keep_piece,
                                  .arg = &assembly,
                                  .piece = EXPORT_PIECE,
                                  .time_us = assembly.requested_us};
    return clear(&assembly, err) && zip_new(&conf, &assembly.zip, err) &&
           write_sources(&assembly, err) && write_manifest(&assembly, err) &&
           finish(&assembly, err);
}
