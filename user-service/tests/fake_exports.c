#include "fake_exports.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "http/idempotency.h"
#include "people/erasure.h"
#include "people/export.h"

struct fake_exports fake_exports;

void fake_exports_reset(void)
{
    for (size_t i = 0; i < fake_exports.count; i++)
        export_fini(&fake_exports.rows[i]);
    memset(&fake_exports, 0, sizeof fake_exports);
}

struct export *fake_exports_add(const char *id, const char *state, const char *sources)
{
    struct export *export = &fake_exports.rows[fake_exports.count++];
    snprintf(export->id, sizeof export->id, "%s", id);
    snprintf(export->state, sizeof export->state, "%s", state);
    export->requested_us = time_now_us();
    export->sources = json_loads(sources, 0, NULL);
    return export;
}

static void copy(const struct export *from, struct export *out)
{
    *out = *from;
    json_incref(out->sources);
}

bool export_store_add(struct pg_tx *tx, const char *user_id, const char *id, bool *added,
                      struct err *err)
{
    (void)tx, (void)user_id, (void)err;
    *added = fake_exports.count == 0 ||
             strcmp(fake_exports.rows[fake_exports.count - 1].state, "running") != 0;
    if (*added)
        fake_exports_add(id, "running", "[]");
    return true;
}

bool export_store_recent(struct pg_tx *tx, const char *user_id, int64_t *count, struct err *err)
{
    (void)tx, (void)user_id, (void)err;
    *count = fake_exports.recent;
    return true;
}

bool export_store_get(struct pg_pool *db, const char *user_id, const char *id, struct export *out,
                      struct err *err)
{
    (void)db, (void)user_id;
    for (size_t i = 0; i < fake_exports.count; i++) {
        if (strcmp(fake_exports.rows[i].id, id) != 0)
            continue;
        copy(&fake_exports.rows[i], out);
        return true;
    }
    return err_set(err, ERR_NOT_FOUND, "no such export");
}

bool export_store_get_running(struct pg_tx *tx, const char *user_id, struct export *out,
                              struct err *err)
{
    (void)tx;
    return export_store_get(NULL, user_id, fake_exports.rows[fake_exports.count - 1].id, out, err);
}

bool export_store_list(struct pg_pool *db, const char *user_id, const char *before, int limit,
                       struct export **out, size_t *count, struct err *err)
{
    (void)db, (void)user_id, (void)err;
    *out = calloc(FAKE_EXPORTS, sizeof **out);
    *count = 0;
    for (size_t i = fake_exports.count; i-- > 0 && *count < (size_t)limit;)
        if (before == NULL || strcmp(fake_exports.rows[i].id, before) < 0)
            copy(&fake_exports.rows[i], &(*out)[(*count)++]);
    return true;
}

bool export_store_part(struct pg_tx *tx, const char *user_id, const struct export_part *part,
                       bool *stored, struct err *err)
{
    (void)tx, (void)user_id, (void)part, (void)err;
    *stored = !fake_exports.part_known;
    fake_exports.parts++;
    return true;
}

bool export_store_end(struct pg_tx *tx, const char *user_id, const struct export_end *end,
                      struct err *err)
{
    (void)tx, (void)user_id, (void)end, (void)err;
    fake_exports.ends++;
    return true;
}

bool export_store_erase(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx, (void)user_id, (void)err;
    fake_exports.erased++;
    return true;
}

bool export_store_piece(struct pg_pool *db, const char *user_id, const char *id, int64_t number,
                        struct buf *out, struct err *err)
{
    (void)db, (void)user_id, (void)id, (void)err;
    buf_add(out, fake_exports.archive + number * EXPORT_PIECE, EXPORT_PIECE);
    return true;
}

bool erasure_begin(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx, (void)user_id, (void)err;
    fake_exports.begun++;
    return true;
}

bool export_on_requested(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                         size_t count, struct err *err)
{
    (void)svc, (void)tx, (void)evs, (void)count, (void)err;
    return true;
}

bool idempotency_begin(struct pg_tx *tx, const struct req *req, struct resp *resp, bool *replayed,
                       struct err *err)
{
    (void)tx, (void)req, (void)resp, (void)err;
    *replayed = false;
    return true;
}

bool idempotency_finish(struct pg_tx *tx, const struct req *req, const struct resp *resp,
                        struct err *err)
{
    (void)tx, (void)req, (void)resp, (void)err;
    return true;
}

bool receipt_store_add(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx, (void)user_id, (void)err;
    fake_exports.receipts++;
    return true;
}

bool receipt_store_note(struct pg_tx *tx, const char *user_id, const char *service,
                        int64_t erased_us, struct err *err)
{
    (void)tx, (void)user_id, (void)service, (void)erased_us, (void)err;
    fake_exports.notes++;
    return true;
}

bool receipt_store_find(struct pg_pool *db, const char *user_id, struct receipt *out, bool *found,
                        struct err *err)
{
    (void)db, (void)user_id, (void)err;
    *found = fake_exports.receipt_there;
    *out = fake_exports.receipt;
    return true;
}
