#include "events/relay_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"

enum {
    BATCH_ROWS = 5000,     /* backbone measurements: 500 at once drain a third as fast */
    BATCH_BYTES = 4 << 20, /* of values; one larger value goes alone */
};

enum column { COL_SHARD, COL_ID, COL_TOPIC, COL_KEY, COL_VALUE, COL_HEADERS, COL_CREATED };

/* Always from each part's first row and never "id above the last one seen": an id is taken before
 * its transaction commits, and a late one would be passed over for ever.
 * Rows are counted and summed by their place in their part, so that what does not fit the batch is
 * the end of each part and never a row in the middle of one. */
static const struct pg_statement rows[] = {
    {"relay_read",
     "SELECT shard, id, topic, key, value, headers::text, " PG_US(
         "created_at") " FROM ("
                       " SELECT part.*, sum(coalesce(octet_length(value), 0)) OVER (ORDER BY "
                       "place, shard) AS bytes,"
                       "  row_number() OVER (ORDER BY place, shard) AS nth"
                       " FROM unnest($1::smallint[]) AS held,"
                       " LATERAL (SELECT *, row_number() OVER (ORDER BY id) AS place FROM outbox"
                       "  WHERE shard = held ORDER BY id LIMIT $2) AS part) AS summed"
                       " WHERE bytes <= $3 OR nth = 1 ORDER BY shard, id"},
    /* The planner knows the outbox as empty. Joined in the plain way it would look at every row for
     * every id, so the look-up by key is fenced off. */
    {"relay_delete",
     "DELETE FROM outbox WHERE ctid = ANY (ARRAY("
     " SELECT sent.ctid FROM unnest($1::smallint[], $2::bigint[]) AS gone (shard, id),"
     " LATERAL (SELECT ctid FROM outbox WHERE outbox.shard = gone.shard AND outbox.id = gone.id"
     "  OFFSET 0) AS sent))"},
    {"relay_refuse",
     "WITH gone AS (DELETE FROM outbox"
     "  USING unnest($1::smallint[], $2::bigint[], $3::text[]) AS r (shard, id, why)"
     "  WHERE outbox.shard = r.shard AND outbox.id = r.id"
     "  RETURNING outbox.id, created_at, why, topic, key, value, headers)"
     " INSERT INTO outbox_refused (id, created_at, reason, topic, key, value, headers)"
     " SELECT * FROM gone"},
};
const struct pg_statements relay_batch_statements = {TABLE(rows)};

void relay_batch_fini(struct relay_batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        json_drop(&batch->headers[i]);
    free(batch->headers);
    free(batch->records);
    pg_result_drop(&batch->result);
    *batch = (struct relay_batch){0};
}

static json_t *parse_headers(const char *text)
{
    json_t *json = NULL;
    struct err err;
    /* The database checked that it is JSON; what is odd beyond that is not worth stopping for. */
    if (text != NULL && !json_parse(text, strlen(text), &json, &err))
        log_warn("outbox_headers_odd", L_STR("reason", err.text));
    return json;
}

bool relay_batch_read(struct relay_batch *batch, const struct relay_shards *shards,
                      struct pg_session *session, struct err *err)
{
    scoped(str_drop) char *held = pg_array_int(shards->held, shards->count);
    size_t each = BATCH_ROWS / shards->count;
    if (!pg_session_exec(session, "relay_read",
                         PARAMS(P_STR(held), P_INT(each), P_INT(BATCH_BYTES)), &batch->result, err))
        return false;
    const struct pg_result *result = batch->result;
    batch->count = pg_rows(result);
    batch->full = batch->count >= each;
    batch->records = xcalloc(batch->count, sizeof *batch->records);
    batch->headers = xcalloc(batch->count, sizeof *batch->headers);
    for (size_t i = 0; i < batch->count; i++) {
        struct producer_record *record = &batch->records[i];
        record->topic = pg_str(result, i, COL_TOPIC);
        record->key = pg_raw(result, i, COL_KEY, &record->key_len);
        record->value = pg_raw(result, i, COL_VALUE, &record->value_len);
        record->headers = batch->headers[i] = parse_headers(pg_str(result, i, COL_HEADERS));
    }
    return true;
}

/* Rows whose record met the given fate, as arrays for a statement. */
struct chosen {
    char *shards, *ids, *reasons;
    size_t count;
};

static void chosen_fini(struct chosen *chosen)
{
    free(chosen->shards);
    free(chosen->ids);
    free(chosen->reasons);
}

static void choose(const struct relay_batch *batch, bool refused, struct chosen *out)
{
    int64_t *shards = xcalloc(batch->count, sizeof *shards);
    int64_t *ids = xcalloc(batch->count, sizeof *ids);
    const char **reasons = xcalloc(batch->count, sizeof *reasons);
    for (size_t i = 0; i < batch->count; i++) {
        const struct producer_record *record = &batch->records[i];
        if (refused ? !record->refused : !record->acked)
            continue;
        shards[out->count] = pg_int(batch->result, i, COL_SHARD);
        ids[out->count] = pg_int(batch->result, i, COL_ID);
        reasons[out->count++] = record->reason != NULL ? record->reason : "refused";
    }
    out->shards = pg_array_int(shards, out->count);
    out->ids = pg_array_int(ids, out->count);
    out->reasons = pg_array(reasons, out->count);
    free(shards);
    free(ids);
    free(reasons);
}

static bool park_refused(const struct relay_batch *batch, struct pg_session *session,
                         struct err *err)
{
    scoped(chosen_fini) struct chosen chosen = {0};
    choose(batch, true, &chosen);
    if (chosen.count == 0)
        return true;
    if (!pg_session_exec(session, "relay_refuse",
                         PARAMS(P_STR(chosen.shards), P_STR(chosen.ids), P_STR(chosen.reasons)),
                         NULL, err))
        return false;
    log_error("outbox_refused", L_INT("count", chosen.count));
    metric_add("outbox_refused_total", NO_LABELS, chosen.count);
    return true;
}

bool relay_batch_settle(const struct relay_batch *batch, struct pg_session *session,
                        size_t *deleted, struct err *err)
{
    scoped(chosen_fini) struct chosen chosen = {0};
    choose(batch, false, &chosen);
    *deleted = 0;
    if (chosen.count > 0) {
        if (!pg_session_exec(session, "relay_delete",
                             PARAMS(P_STR(chosen.shards), P_STR(chosen.ids)), NULL, err))
            return false;
        metric_add("outbox_sent_total", NO_LABELS, chosen.count);
        *deleted = chosen.count;
    }
    return park_refused(batch, session, err);
}

double relay_batch_age_s(const struct relay_batch *batch)
{
    int64_t oldest_us = time_now_us(), now_us = oldest_us;
    for (size_t i = 0; i < batch->count; i++) {
        int64_t created_us = pg_int(batch->result, i, COL_CREATED);
        if (created_us < oldest_us)
            oldest_us = created_us;
    }
    return (double)(now_us - oldest_us) / (double)US_PER_S;
}
