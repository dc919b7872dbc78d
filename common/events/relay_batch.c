#include "events/relay_batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "pg/columns.h"

enum {
    BATCH_ROWS = 5000,    /* backbone measurements: 500 at once drain a third as fast */
    PART_BYTES = 1 << 20, /* of values of one part; one larger value goes alone */
};

enum column { COL_SHARD, COL_ID, COL_TOPIC, COL_KEY, COL_VALUE, COL_HEADERS, COL_CREATED };

/* Always from each part's first row and never "id above the last one seen": an id is taken before
 * its transaction commits, and a late one would be passed over. To read on while a batch is under
 * way, the rows up to its last one must still be as many as it has: no late one is among them.
 * Rows are summed in the order of their part, so that what does not fit the batch is the end of the
 * part and never a row in the middle. Each part comes in the order of its ids, as the index gives
 * it; which part comes first does not matter, so nothing is sorted. */
static const struct pg_statement rows[] = {
    {"relay_read",
     "SELECT shard, id, topic, key, value, headers::text, " PG_US(
         "created_at") " FROM"
                       " unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS held (part, "
                       "last_id, under_way),"
                       " LATERAL (SELECT *,"
                       "  sum(coalesce(octet_length(value), 0)) OVER (ORDER BY id ROWS UNBOUNDED "
                       "PRECEDING) AS bytes,"
                       "  row_number() OVER (ORDER BY id ROWS UNBOUNDED PRECEDING) AS place"
                       "  FROM (SELECT * FROM outbox WHERE shard = part AND id > last_id AND "
                       "under_way ="
                       "    (SELECT count(*) FROM outbox WHERE shard = part AND id <= last_id)"
                       "   ORDER BY id LIMIT $4) AS first) AS next"
                       " WHERE bytes <= $5 OR place = 1"},
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

static bool read_rows(struct relay_batch *batch, const struct relay_shards *shards,
                      const struct relay_batch *before, size_t each, struct pg_session *session,
                      struct err *err)
{
    struct pg_param params[5];
    scoped(pg_columns_fini) struct pg_columns held;
    pg_columns_init(&held, 3);
    for (size_t i = 0; i < shards->count; i++) {
        int64_t part = shards->held[i];
        pg_columns_int(&held, 0, part);
        pg_columns_int(&held, 1, before != NULL ? before->of_part[part].last_id : 0);
        pg_columns_int(&held, 2, before != NULL ? before->of_part[part].count : 0);
    }
    pg_columns_params(&held, params);
    params[3] = P_INT(each);
    params[4] = P_INT(PART_BYTES);
    return pg_session_exec(session, "relay_read", params, LENGTH(params), &batch->result, err);
}

/* false: not in the order of ids, which no plan of the statement should make. */
static bool note_place(struct relay_batch *batch, size_t row)
{
    int64_t part = pg_int(batch->result, row, COL_SHARD);
    int64_t id = pg_int(batch->result, row, COL_ID);
    if (part < 0 || part >= OUTBOX_SHARDS || id <= batch->of_part[part].last_id)
        return false;
    batch->of_part[part].last_id = id;
    batch->of_part[part].count++;
    return true;
}

bool relay_batch_read(struct relay_batch *batch, const struct relay_shards *shards,
                      const struct relay_batch *before, struct pg_session *session, struct err *err)
{
    size_t each = BATCH_ROWS / shards->count;
    if (!read_rows(batch, shards, before, each, session, err))
        return false;
    const struct pg_result *result = batch->result;
    batch->count = pg_rows(result);
    batch->records = xcalloc(batch->count, sizeof *batch->records);
    batch->headers = xcalloc(batch->count, sizeof *batch->headers);
    for (size_t i = 0; i < batch->count; i++) {
        struct producer_record *record = &batch->records[i];
        if (!note_place(batch, i))
            return err_set(err, ERR_INTERNAL, "rows of the outbox are out of order");
        record->topic = pg_str(result, i, COL_TOPIC);
        record->key = pg_raw(result, i, COL_KEY, &record->key_len);
        record->value = pg_raw(result, i, COL_VALUE, &record->value_len);
        record->headers = batch->headers[i] = parse_headers(pg_str(result, i, COL_HEADERS));
        record->declared = events_topic(record->topic) != NULL;
        batch->bytes += record->value_len;
    }
    batch->full = batch->count >= each || batch->bytes >= PART_BYTES / 2;
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
