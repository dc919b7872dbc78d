#include "imports/import_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "expenses/expense_store.h"
#include "pg/columns.h"

const char *const import_format_names[] = {"csv", "ofx", NULL};

/* clang-format off */
#define IMPORT                                                                                     \
    "id, format, state, whole, duplicates, encoding, layout, headers, size, place, rows, created," \
    " duplicate, failed, undone, " PG_US("created_at") ", " PG_US("changed_at")
#define WORK                                                                                       \
    "SELECT i.user_id, i.id, i.state, i.format, i.whole, i.duplicates = 'skip', i.layout,"         \
    " i.headers, i.context, coalesce(o.base_currency, ''), i.size, i.place, i.line, i.rows,"       \
    " i.failed, i.created + i.duplicate, i.page, i.tries FROM import i JOIN owner o ON o.user_id = i.user_id AND o.deleted_at IS NULL"

#define WORKED_AT "('checking', 'importing', 'undoing')"
/* Of import i. */
#define EXPIRED                                                                                    \
    "((i.state = 'open' AND i.changed_at < now() - interval '1 day')"                              \
    " OR (i.state IN ('preview', 'refused') AND i.changed_at < now() - interval '7 days')"         \
    " OR (i.state IN ('done', 'undone', 'cancelled') AND i.changed_at < now() - interval '30 days'))"

static const struct pg_statement rows[] = {
    {"import_add", "INSERT INTO import (user_id, id, format) SELECT $1, $2, $3"
                   " WHERE (SELECT count(*) FROM import WHERE user_id = $1"
                   "  AND state NOT IN ('done', 'undoing', 'undone', 'cancelled')) < $4 RETURNING id"},
    {"import_piece", "INSERT INTO import_piece (user_id, import_id, at, bytes) VALUES ($1, $2, $3, $4)"},
    {"import_grown", "UPDATE import SET size = $3, changed_at = now()"
                     " WHERE user_id = $1 AND id = $2 AND state = 'open'"},
    {"import_ready", "UPDATE import SET state = 'preview', encoding = $3, layout = $4::jsonb,"
                     " headers = $5::jsonb, changed_at = now()"
                     " WHERE user_id = $1 AND id = $2 AND state = 'open'"},
    {"import_remembered", "SELECT layout FROM import_layout WHERE user_id = $1 AND headers = $2"},
    {"import_remember",
     "INSERT INTO import_layout (user_id, headers, layout) VALUES ($1, $2, $3::jsonb)"
     " ON CONFLICT (user_id, headers) DO UPDATE SET layout = excluded.layout, used_at = now()"},
    {"import_lock", WORK " WHERE i.user_id = $1 AND i.id = $2 FOR UPDATE OF i"},
    /* One of a person at a time: two files that tell of the same are to see each other's entries. */
    {"import_next", WORK " WHERE i.state IN " WORKED_AT " AND i.try_at <= now()"
                    " AND NOT EXISTS (SELECT FROM import j WHERE j.user_id = i.user_id AND j.id < i.id"
                    "  AND j.state IN " WORKED_AT ")"
                    " ORDER BY i.changed_at LIMIT 1 FOR UPDATE OF i SKIP LOCKED"},
    {"import_window", "SELECT at, bytes FROM import_piece WHERE user_id = $1 AND import_id = $2"
                      " AND at + octet_length(bytes) > $3 AND at < $3 + $4 ORDER BY at"},
    {"import_settle", "UPDATE import SET layout = $3::jsonb, whole = $4, duplicates ="
                      " CASE WHEN $5::boolean THEN 'skip' ELSE 'import' END, changed_at = now()"
                      " WHERE user_id = $1 AND id = $2"},
    {"import_restart",
     "WITH forgotten AS (DELETE FROM import_row WHERE user_id = $1 AND import_id = $2)"
     " UPDATE import SET state = $3, place = 0, line = 1, context = '', rows = 0, created = 0,"
     "  duplicate = 0, failed = 0, changed_at = now() WHERE user_id = $1 AND id = $2"},
    {"import_move",
     "UPDATE import SET place = $3, line = $4, context = $5, rows = $6, created = created + $7,"
     "  duplicate = duplicate + $8, failed = failed + $9, undone = undone + $10, state = $11,"
     "  page = least(page * 2, $12::int), tries = 0, try_at = now(), changed_at = clock_timestamp() WHERE user_id = $1 AND id = $2"},
    {"import_read", "DELETE FROM import_piece WHERE user_id = $1 AND import_id = $2"},
    {"import_note",
     "INSERT INTO import_row (user_id, import_id, number, line, status, code, field, expense_id)"
     " SELECT $1, $2, t.* FROM unnest($3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[],"
     "  $8::uuid[]) AS t (number, line, status, code, field, expense_id)"
     /* Those by which an entry stands for a row are all needed, and no more than there are entries. */
     " WHERE t.code IN ('same_amount_and_day', 'same_reference') OR (SELECT count(*) FROM import_row r"
     "  WHERE r.user_id = $1 AND r.import_id = $2) < $9"},
    {"import_trouble",
     "UPDATE import SET page = greatest(1, page / 4), tries = tries + 1, try_at = now() + CASE WHEN page > 1"
     "  THEN interval '0' ELSE least(3600, power(2, least(tries, 12))) * interval '1 second' END"
     " WHERE user_id = $1 AND id = $2"},
    {"import_links", "SELECT first_id, second_id FROM expense_link WHERE user_id = $1"
                     " AND (first_id = ANY($2::uuid[]) OR second_id = ANY($2::uuid[])) ORDER BY 1, 2"},
    {"import_find", "SELECT " IMPORT " FROM import WHERE user_id = $1 AND id = $2"},
    {"import_list", "SELECT " IMPORT " FROM import WHERE user_id = $1"
                    " AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3"},
    {"import_rows", "SELECT number, line, status, code, field, expense_id FROM import_row"
                    " WHERE user_id = $1 AND import_id = $2 AND number > coalesce($3::bigint, 0)"
                    "  AND ($4::text IS NULL OR status = $4) ORDER BY number LIMIT $5"},
    {"import_entered", "SELECT id FROM expense WHERE user_id = $1 AND import_id = $2"
                       "  AND deleted_at IS NULL ORDER BY id LIMIT $3 FOR UPDATE"},
    {"import_take_back",
     "WITH gone AS (UPDATE expense SET deleted_at = now(), updated_at = now(), version = version + 1"
     "  WHERE user_id = $1 AND id = ANY($3::uuid[]) RETURNING id, version)"
     " INSERT INTO expense_change (user_id, expense_id, version, action, actor, source_id)"
     " SELECT $1, id, version, 'deleted', 'user', $2 FROM gone"},
    {"import_purge_rows", "DELETE FROM import_row WHERE ctid = ANY(ARRAY(SELECT r.ctid FROM import i"
                          " JOIN import_row r ON r.user_id = i.user_id AND r.import_id = i.id"
                          " WHERE " EXPIRED " LIMIT $1))"},
    {"import_purge_pieces", "DELETE FROM import_piece WHERE ctid = ANY(ARRAY(SELECT p.ctid FROM import i"
                            " JOIN import_piece p ON p.user_id = i.user_id AND p.import_id = i.id"
                            " WHERE " EXPIRED " LIMIT $1))"},
    {"import_purge",
     "DELETE FROM import WHERE (user_id, id) IN (SELECT i.user_id, i.id FROM import i WHERE " EXPIRED
     "  AND NOT EXISTS (SELECT FROM import_row r WHERE r.user_id = i.user_id AND r.import_id = i.id)"
     "  AND NOT EXISTS (SELECT FROM import_piece p WHERE p.user_id = i.user_id AND p.import_id = i.id)"
     "  LIMIT $1 FOR UPDATE OF i SKIP LOCKED)"},
};
/* clang-format on */
const struct pg_statements import_statements = {TABLE(rows)};

bool import_store_add(struct pg_tx *tx, const char *user_id, const char *id,
                      enum import_format format, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    return pg_exec(tx, "import_add",
                   PARAMS(P_STR(user_id), P_STR(id), P_STR(import_format_names[format]),
                          P_INT(IMPORTS_OPEN_MAX)),
                   &result, err) &&
           (pg_rows(result) > 0 ||
            err_set_name(err, ERR_CONFLICT, "too_many_imports",
                         "%d are under way: let one end, or delete it", IMPORTS_OPEN_MAX));
}

bool import_store_append(struct pg_tx *tx, const char *user_id, const char *id, int64_t at,
                         const char *data, size_t len, struct err *err)
{
    bool there;
    if (!pg_exec_change(tx, "import_grown",
                        PARAMS(P_STR(user_id), P_STR(id), P_INT(at + (int64_t)len)), &there, err))
        return false;
    if (!there)
        return err_set(err, ERR_NOT_FOUND, "the import was deleted meanwhile");
    return len == 0 ||
           pg_exec(tx, "import_piece",
                   PARAMS(P_STR(user_id), P_STR(id), P_INT(at), P_BYTES(data, len)), NULL, err);
}

/* NULL stays NULL. */
static char *text_of(const json_t *json)
{
    return json != NULL ? json_text(json) : NULL;
}

static char *layout_text(const struct layout *layout)
{
    scoped(json_drop) json_t *json = layout_to_json(layout);
    return json_text(json);
}

bool import_store_ready(struct pg_tx *tx, const char *user_id, const char *id, const char *encoding,
                        const struct layout *layout, const json_t *headers, struct err *err)
{
    bool there;
    scoped(str_drop) char *text = layout_text(layout);
    scoped(str_drop) char *titles = text_of(headers);
    return pg_exec_change(
               tx, "import_ready",
               PARAMS(P_STR(user_id), P_STR(id), P_STR(encoding), P_STR(text), P_STR(titles)),
               &there, err) &&
           (there || err_set(err, ERR_NOT_FOUND, "the import was deleted meanwhile"));
}

static void hash(const json_t *headers, char out[static SHA256_HEX_SIZE])
{
    unsigned char digest[SHA256_SIZE];
    scoped(str_drop) char *text = json_text(headers);
    sha256(text, strlen(text), digest);
    sha256_hex(digest, out);
}

static json_t *json_at(const struct pg_result *result, size_t row, int col)
{
    json_error_t ignored;
    return pg_is_null(result, row, col) ? NULL : json_loads(pg_str(result, row, col), 0, &ignored);
}

bool import_store_remembered(struct pg_tx *tx, const char *user_id, const json_t *headers,
                             struct layout *out, bool *found, struct err *err)
{
    char key[SHA256_HEX_SIZE];
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *found = false;
    if (headers == NULL)
        return true;
    hash(headers, key);
    if (!pg_exec(tx, "import_remembered", PARAMS(P_STR(user_id), P_STR(key)), &result, err))
        return false;
    *found = pg_rows(result) > 0;
    if (*found) {
        scoped(json_drop) json_t *json = json_at(result, 0, 0);
        layout_from_json(json, out);
    }
    return true;
}

bool import_store_remember(struct pg_tx *tx, const struct import_work *work, struct err *err)
{
    char key[SHA256_HEX_SIZE];
    if (work->headers == NULL)
        return true;
    hash(work->headers, key);
    scoped(str_drop) char *text = layout_text(&work->layout);
    return pg_exec(tx, "import_remember", PARAMS(P_STR(work->user_id), P_STR(key), P_STR(text)),
                   NULL, err);
}

void import_work_fini(struct import_work *work)
{
    json_drop(&work->headers);
}

/* Of an OFX file: "EUR 1234", either of which may be missing. */
static void read_context(const char *text, struct ofx *out)
{
    size_t len = strcspn(text, " ");
    snprintf(out->currency, sizeof out->currency, "%.*s", (int)len, text);
    snprintf(out->account, sizeof out->account, "%s", text[len] == ' ' ? text + len + 1 : "");
}

bool import_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                       struct import_work *out, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    *out = (struct import_work){.headers = NULL};
    bool ok = id != NULL
                  ? pg_exec(tx, "import_lock", PARAMS(P_STR(user_id), P_STR(id)), &result, err)
                  : pg_exec(tx, "import_next", NULL, 0, &result, err);
    if (!ok)
        return false;
    *found = pg_rows(result) > 0;
    if (!*found)
        return true;
    scoped(json_drop) json_t *layout = json_at(result, 0, 6);
    pg_copy(result, 0, 0, out->user_id, UUID_SIZE);
    pg_copy(result, 0, 1, out->id, UUID_SIZE);
    pg_copy(result, 0, 2, out->state, sizeof out->state);
    out->format = strcmp(pg_str(result, 0, 3), "ofx") == 0 ? IMPORT_OFX : IMPORT_CSV;
    out->whole = pg_bool(result, 0, 4);
    out->skip_duplicates = pg_bool(result, 0, 5);
    layout_from_json(layout, &out->layout);
    out->headers = json_at(result, 0, 7);
    read_context(pg_str(result, 0, 8), &out->ofx);
    pg_copy(result, 0, 9, out->base_currency, CURRENCY_SIZE);
    out->size = pg_int(result, 0, 10);
    out->place = pg_int(result, 0, 11);
    out->line = pg_int(result, 0, 12);
    out->rows = pg_int(result, 0, 13);
    out->failed = pg_int(result, 0, 14);
    out->good = pg_int(result, 0, 15);
    out->page = (size_t)pg_int(result, 0, 16);
    out->tries = pg_int(result, 0, 17);
    return true;
}

bool import_store_window(struct pg_tx *tx, const struct import_work *work, size_t limit,
                         struct buf *out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *pieces = NULL;
    if (!pg_exec(tx, "import_window",
                 PARAMS(P_STR(work->user_id), P_STR(work->id), P_INT(work->place), P_INT(limit)),
                 &pieces, err))
        return false;
    for (size_t i = 0; i < pg_rows(pieces); i++) {
        size_t len;
        scoped(str_drop) char *bytes = pg_bytes(pieces, i, 1, &len);
        size_t skip = i == 0 ? (size_t)(work->place - pg_int(pieces, i, 0)) : 0;
        buf_add(out, bytes + skip, len - skip);
    }
    return true;
}

bool import_store_settle(struct pg_tx *tx, const struct import_work *work, struct err *err)
{
    scoped(str_drop) char *text = layout_text(&work->layout);
    return pg_exec(tx, "import_settle",
                   PARAMS(P_STR(work->user_id), P_STR(work->id), P_STR(text), P_BOOL(work->whole),
                          P_BOOL(work->skip_duplicates)),
                   NULL, err);
}

bool import_store_restart(struct pg_tx *tx, const struct import_work *work, const char *state,
                          struct err *err)
{
    return pg_exec(tx, "import_restart",
                   PARAMS(P_STR(work->user_id), P_STR(work->id), P_STR(state)), NULL, err);
}

bool import_store_move(struct pg_tx *tx, const struct import_work *work,
                       const struct import_counts *counts, const char *state, struct err *err)
{
    char context[sizeof work->ofx + 2];
    snprintf(context, sizeof context, "%s %s", work->ofx.currency, work->ofx.account);
    bool over = strcmp(state, "done") == 0 || strcmp(state, "cancelled") == 0;
    return pg_exec(tx, "import_move",
                   PARAMS(P_STR(work->user_id), P_STR(work->id), P_INT(work->place),
                          P_INT(work->line), P_STR(context), P_INT(work->rows),
                          P_INT(counts->created), P_INT(counts->duplicate), P_INT(counts->failed),
                          P_INT(counts->undone), P_STR(state), P_INT(IMPORT_PAGE_MAX)),
                   NULL, err) &&
           (!over ||
            pg_exec(tx, "import_read", PARAMS(P_STR(work->user_id), P_STR(work->id)), NULL, err));
}

bool import_store_note(struct pg_tx *tx, const struct import_work *work,
                       const struct import_note notes[], size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[9] = {P_STR(work->user_id), P_STR(work->id)};
    pg_columns_init(&columns, 6);
    for (size_t i = 0; i < count; i++) {
        pg_columns_int(&columns, 0, notes[i].number);
        pg_columns_int(&columns, 1, notes[i].line);
        pg_columns_str(&columns, 2, notes[i].status);
        pg_columns_str(&columns, 3, notes[i].code);
        pg_columns_str(&columns, 4, notes[i].field);
        pg_columns_str(&columns, 5, notes[i].expense_id);
    }
    pg_columns_params(&columns, params + 2);
    params[8] = P_INT(IMPORT_NOTES_MAX);
    return count == 0 || pg_exec(tx, "import_note", params, LENGTH(params), NULL, err);
}

bool import_store_find(struct pg_pool *db, const char *user_id, const char *id,
                       struct pg_result **result, struct err *err)
{
    return pg_query(db, "import_find", PARAMS(P_STR(user_id), P_STR(id)), result, err) &&
           (pg_rows(*result) > 0 || err_set(err, ERR_NOT_FOUND, "no such import"));
}

bool import_store_list(struct pg_pool *db, const char *user_id, const struct page *page,
                       struct pg_result **result, struct err *err)
{
    return pg_query(db, "import_list",
                    PARAMS(P_STR(user_id), P_STR(page->keys[0]), P_INT(page->limit + 1)), result,
                    err);
}

json_t *import_json(const struct pg_result *result, size_t row)
{
    static const char *const counts[] = {"read", "created", "duplicate", "failed", "undone"};
    json_t *rows_read = json_object(), *headers = json_at(result, row, 7);
    for (int i = 0; i < 5; i++)
        json_object_set_new(rows_read, counts[i], json_integer(pg_int(result, row, 10 + i)));
    return json_pack(
        "{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:o, s:o, s:o}", "id",
        pg_str(result, row, 0), "format", pg_str(result, row, 1), "status", pg_str(result, row, 2),
        "mode", pg_bool(result, row, 3) ? "all_or_nothing" : "per_row", "duplicates",
        pg_str(result, row, 4), "encoding", pg_str(result, row, 5), "layout",
        json_at(result, row, 6), "headers", headers != NULL ? headers : json_array(), "bytes",
        (json_int_t)pg_int(result, row, 8), "bytes_read", (json_int_t)pg_int(result, row, 9),
        "rows", rows_read, "created_at", json_time(pg_int(result, row, 15)), "updated_at",
        json_time(pg_int(result, row, 16)));
}

bool import_store_rows(struct pg_pool *db, const char *user_id, const char *id, const char *status,
                       const struct page *page, struct pg_result **result, struct err *err)
{
    return pg_query(db, "import_rows",
                    PARAMS(P_STR(user_id), P_STR(id), P_STR(page->keys[0]), P_STR(status),
                           P_INT(page->limit + 1)),
                    result, err);
}

json_t *import_row_json(const struct pg_result *result, size_t row)
{
    return json_pack("{s:I, s:I, s:s, s:s, s:s?, s:s?}", "number",
                     (json_int_t)pg_int(result, row, 0), "line", (json_int_t)pg_int(result, row, 1),
                     "status", pg_str(result, row, 2), "code", pg_str(result, row, 3), "column",
                     pg_str(result, row, 4), "expense_id", pg_str(result, row, 5));
}

bool import_store_entered(struct pg_tx *tx, const struct import_work *work, int limit,
                          struct pg_result **result, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *locked = NULL;
    if (!pg_exec(tx, "import_entered", PARAMS(P_STR(work->user_id), P_STR(work->id), P_INT(limit)),
                 &locked, err))
        return false;
    scoped(str_drop) char *ids = pg_array_column(locked, 0);
    return expense_store_get_many(tx, work->user_id, ids, result, err);
}

bool import_store_take_back(struct pg_tx *tx, const struct import_work *work, const char *ids,
                            struct err *err)
{
    return pg_exec(tx, "import_take_back",
                   PARAMS(P_STR(work->user_id), P_STR(work->id), P_STR(ids)), NULL, err);
}

bool import_store_trouble(struct pg_tx *tx, const struct import_work *work, struct err *err)
{
    return pg_exec(tx, "import_trouble", PARAMS(P_STR(work->user_id), P_STR(work->id)), NULL, err);
}

bool import_store_links(struct pg_tx *tx, const struct import_work *work, const char *ids,
                        struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "import_links", PARAMS(P_STR(work->user_id), P_STR(ids)), result, err);
}

bool import_store_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err)
{
    static const char *const statements[] = {"import_purge_rows", "import_purge_pieces",
                                             "import_purge"};
    *purged = 0;
    for (size_t i = 0; i < LENGTH(statements); i++) {
        scoped(pg_result_drop) struct pg_result *result = NULL;
        if (!pg_exec(tx, statements[i], PARAMS(P_INT(limit)), &result, err))
            return false;
        *purged += pg_affected(result);
    }
    return true;
}
