#include "uploads/upload_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/columns.h"

/* clang-format off */
#define UPLOAD                                                                                     \
    "id, format, state, size, place, items, received, duplicate, skipped, failed, "                \
    PG_US("created_at") ", " PG_US("changed_at")

static const struct pg_statement rows[] = {
    {"upload_add",
     "INSERT INTO upload (user_id, id, format) SELECT $1, $2, $3"
     " WHERE (SELECT count(*) FROM upload WHERE user_id = $1 AND state IN ('open', 'reading')) < $4"
     "  AND NOT EXISTS (SELECT FROM person WHERE user_id = $1 AND deleted) RETURNING id"},
    {"upload_lock", "SELECT state, size FROM upload WHERE user_id = $1 AND id = $2 FOR UPDATE"},
    {"upload_piece", "INSERT INTO upload_piece (user_id, upload_id, at, len, sealed)"
                     " VALUES ($1, $2, $3, $4, $5)"},
    {"upload_grown",
     "UPDATE upload SET size = $3, changed_at = now(),"
     " state = CASE WHEN $4::boolean THEN 'reading' ELSE state END WHERE user_id = $1 AND id = $2"},
    {"upload_find", "SELECT " UPLOAD " FROM upload WHERE user_id = $1 AND id = $2"},
    {"upload_list", "SELECT " UPLOAD " FROM upload WHERE user_id = $1"
                    " AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"},
    {"upload_items", "SELECT number, line, status, code, message_id FROM upload_item"
                     " WHERE user_id = $1 AND upload_id = $2 AND number > coalesce($3::bigint, 0)"
                     "  AND ($4::text IS NULL OR status = $4) ORDER BY number LIMIT $5"},
    {"upload_cancel",
     "WITH ended AS (UPDATE upload SET state = 'cancelled', changed_at = now() WHERE user_id = $1"
     "  AND id = $2 AND state IN ('open', 'reading') RETURNING id),"
     " gone AS (DELETE FROM upload_piece p USING ended WHERE p.user_id = $1"
     "  AND p.upload_id = ended.id)"
     " SELECT FROM ended"},
    {"upload_next",
     "SELECT user_id, id, format, size, place, line, items, columns FROM upload"
     " WHERE state = 'reading' ORDER BY changed_at LIMIT 1 FOR UPDATE SKIP LOCKED"},
    {"upload_unread", "SELECT count(*) FROM (SELECT FROM message WHERE user_id = $1"
                      " AND status = 'received' LIMIT $2::int) AS unread"},
    {"upload_window",
     "SELECT at, sealed FROM upload_piece WHERE user_id = $1 AND upload_id = $2"
     " AND at + len > $3 AND at < $3 + $4 ORDER BY at"},
    {"upload_note",
     "INSERT INTO upload_item (user_id, upload_id, number, line, status, code, message_id)"
     " SELECT $1, $2, * FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::uuid[])"
     /* A page more than that at most: of a backup sent twice, every item would have a row. */
     " WHERE (SELECT duplicate + skipped + failed FROM upload WHERE user_id = $1 AND id = $2) < 10000"},
    {"upload_move",
     "WITH read AS (DELETE FROM upload_piece WHERE user_id = $1 AND upload_id = $2"
     "  AND at + len <= $3)"
     " UPDATE upload SET place = $3, line = $4, items = $5, received = received + $6,"
     "  duplicate = duplicate + $7, skipped = skipped + $8, failed = failed + $9,"
     "  columns = $10, state = CASE WHEN $3 >= size THEN 'done' ELSE state END,"
     "  changed_at = now() WHERE user_id = $1 AND id = $2"},
    {"upload_purge",
     "DELETE FROM upload WHERE (user_id, id) IN (SELECT user_id, id FROM upload"
     "  WHERE (state = 'open' AND changed_at < now() - interval '1 day')"
     "   OR (state IN ('done', 'cancelled') AND changed_at < now() - interval '30 days')"
     "  LIMIT $1 FOR UPDATE SKIP LOCKED)"},
};
/* clang-format on */
const struct pg_statements upload_statements = {TABLE(rows)};

bool upload_store_add(struct pg_tx *tx, const char *user_id, const char *id,
                      enum upload_format format, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "upload_add",
                 PARAMS(P_STR(user_id), P_STR(id), P_STR(upload_format_names[format]),
                        P_INT(UPLOADS_OPEN_MAX)),
                 &result, err))
        return false;
    return pg_rows(result) > 0 ||
           err_set_name(err, ERR_CONFLICT, "too_many_uploads",
                        "%d are under way: let one end, or cancel it", UPLOADS_OPEN_MAX);
}

bool upload_store_lock(struct pg_tx *tx, const char *user_id, const char *id, int64_t *size,
                       struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "upload_lock", PARAMS(P_STR(user_id), P_STR(id)), &result, err))
        return false;
    if (pg_rows(result) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such upload");
    *size = pg_int(result, 0, 1);
    return strcmp(pg_str(result, 0, 0), "open") == 0 ||
           err_set_name(err, ERR_CONFLICT, "upload_complete", "it is complete or cancelled");
}

bool upload_store_append(struct pg_tx *tx, const char *user_id, const char *id,
                         const struct text_key *key, int64_t at, const char *data, size_t len,
                         bool complete, struct err *err)
{
    for (size_t done = 0; done < len;) {
        size_t piece = len - done < UPLOAD_PIECE ? len - done : UPLOAD_PIECE;
        scoped(str_drop) char *sealed = (char *)text_seal(key, id, data + done, piece);
        if (!pg_exec(tx, "upload_piece",
                     PARAMS(P_STR(user_id), P_STR(id), P_INT(at + (int64_t)done), P_INT(piece),
                            P_BYTES(sealed, piece + SEAL_OVERHEAD)),
                     NULL, err))
            return false;
        done += piece;
    }
    return pg_exec(tx, "upload_grown",
                   PARAMS(P_STR(user_id), P_STR(id), P_INT(at + (int64_t)len), P_BOOL(complete)),
                   NULL, err);
}

bool upload_store_find(struct pg_pool *db, const char *user_id, const char *id,
                       struct pg_result **result, struct err *err)
{
    if (!pg_query(db, "upload_find", PARAMS(P_STR(user_id), P_STR(id)), result, err))
        return false;
    return pg_rows(*result) > 0 || err_set(err, ERR_NOT_FOUND, "no such upload");
}

bool upload_store_list(struct pg_pool *db, const char *user_id, const struct page *page,
                       struct pg_result **result, struct err *err)
{
    return pg_query(db, "upload_list",
                    PARAMS(P_STR(user_id), P_STR(page->keys[0]), P_INT(page->limit + 1)), result,
                    err);
}

json_t *upload_json(const struct pg_result *result, size_t row)
{
    static const char *const counts[] = {"read", "received", "duplicate", "skipped", "failed"};
    json_t *items = json_object();
    for (int i = 0; i < 5; i++)
        json_object_set_new(items, counts[i], json_integer(pg_int(result, row, 5 + i)));
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:o}", "id", pg_str(result, row, 0),
                     "format", pg_str(result, row, 1), "status", pg_str(result, row, 2), "bytes",
                     (json_int_t)pg_int(result, row, 3), "bytes_read",
                     (json_int_t)pg_int(result, row, 4), "items", items, "created_at",
                     json_time(pg_int(result, row, 10)), "updated_at",
                     json_time(pg_int(result, row, 11)));
}

bool upload_store_items(struct pg_pool *db, const char *user_id, const char *id, const char *status,
                        const struct page *page, struct pg_result **result, struct err *err)
{
    return pg_query(db, "upload_items",
                    PARAMS(P_STR(user_id), P_STR(id), P_STR(page->keys[0]), P_STR(status),
                           P_INT(page->limit + 1)),
                    result, err);
}

json_t *upload_item_json(const struct pg_result *result, size_t row)
{
    return json_pack("{s:I, s:I, s:s, s:s, s:s?}", "number", (json_int_t)pg_int(result, row, 0),
                     "line", (json_int_t)pg_int(result, row, 1), "status", pg_str(result, row, 2),
                     "code", pg_str(result, row, 3), "message_id", pg_str(result, row, 4));
}

bool upload_store_cancel(struct pg_pool *db, const char *user_id, const char *id, bool *found,
                         struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_query(db, "upload_cancel", PARAMS(P_STR(user_id), P_STR(id)), &result, err))
        return false;
    *found = pg_rows(result) > 0;
    return true;
}

/* The columns of a CSV file are kept as "0,2,-1,5,59": the last one is the delimiter's code. */
static void read_columns(const char *text, struct item_reader *reader)
{
    int *at = reader->columns.at;
    int delimiter = ','; /* of one that was begun before others were known */
    reader->has_columns = text != NULL;
    if (text != NULL &&
        sscanf(text, "%d,%d,%d,%d,%d", &at[0], &at[1], &at[2], &at[3], &delimiter) < ITEM_COLUMNS)
        panic("columns of an upload: %s", text);
    reader->columns.delimiter = (char)delimiter;
}

bool upload_store_next(struct pg_tx *tx, struct upload_work *out, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "upload_next", NULL, 0, &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (!*found)
        return true;
    *out = (struct upload_work){.size = pg_int(result, 0, 3),
                                .place = pg_int(result, 0, 4),
                                .line = pg_int(result, 0, 5),
                                .items = pg_int(result, 0, 6)};
    pg_copy(result, 0, 0, out->user_id, UUID_SIZE);
    pg_copy(result, 0, 1, out->id, UUID_SIZE);
    for (int i = 0; upload_format_names[i] != NULL; i++)
        if (strcmp(pg_str(result, 0, 2), upload_format_names[i]) == 0)
            out->reader.format = (enum upload_format)i;
    read_columns(pg_str(result, 0, 7), &out->reader);
    return true;
}

bool upload_store_has_room(struct pg_tx *tx, const char *user_id, int limit, bool *room,
                           struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "upload_unread", PARAMS(P_STR(user_id), P_INT(limit)), &result, err))
        return false;
    *room = pg_int(result, 0, 0) < limit;
    return true;
}

bool upload_store_window(struct pg_tx *tx, const struct upload_work *work,
                         const struct text_key *key, size_t limit, struct buf *out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *pieces = NULL;
    if (!pg_exec(tx, "upload_window",
                 PARAMS(P_STR(work->user_id), P_STR(work->id), P_INT(work->place), P_INT(limit)),
                 &pieces, err))
        return false;
    for (size_t i = 0; i < pg_rows(pieces); i++) {
        size_t len;
        scoped(str_drop) char *sealed = pg_bytes(pieces, i, 1, &len);
        scoped(secret_drop) char *text = NULL;
        if (!text_open(key, work->id, (const unsigned char *)sealed, len, &text, err))
            return false;
        int64_t skip = i == 0 ? work->place - pg_int(pieces, i, 0) : 0;
        buf_add(out, text + skip, len - SEAL_OVERHEAD - (size_t)skip);
    }
    return true;
}

bool upload_store_note(struct pg_tx *tx, const struct upload_work *work,
                       const struct upload_note notes[], size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[7] = {P_STR(work->user_id), P_STR(work->id)};
    pg_columns_init(&columns, 5);
    for (size_t i = 0; i < count; i++) {
        pg_columns_int(&columns, 0, notes[i].number);
        pg_columns_int(&columns, 1, notes[i].line);
        pg_columns_str(&columns, 2, notes[i].status);
        pg_columns_str(&columns, 3, notes[i].code);
        pg_columns_str(&columns, 4, notes[i].message_id[0] != '\0' ? notes[i].message_id : NULL);
    }
    pg_columns_params(&columns, params + 2);
    return count == 0 || pg_exec(tx, "upload_note", params, LENGTH(params), NULL, err);
}

bool upload_store_move(struct pg_tx *tx, const struct upload_work *work,
                       const struct upload_counts *counts, struct err *err)
{
    char text[64];
    const int *at = work->reader.columns.at;
    snprintf(text, sizeof text, "%d,%d,%d,%d,%d", at[0], at[1], at[2], at[3],
             work->reader.columns.delimiter);
    return pg_exec(tx, "upload_move",
                   PARAMS(P_STR(work->user_id), P_STR(work->id), P_INT(work->place),
                          P_INT(work->line), P_INT(work->items), P_INT(counts->received),
                          P_INT(counts->duplicate), P_INT(counts->skipped), P_INT(counts->failed),
                          P_STR(work->reader.has_columns ? text : NULL)),
                   NULL, err);
}

bool upload_store_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "upload_purge", PARAMS(P_INT(limit)), &result, err))
        return false;
    *purged = pg_affected(result);
    return true;
}
