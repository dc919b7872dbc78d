#include "events/outbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/envelope.h"
#include "pg/columns.h"

enum { MANY = 500 }; /* events a statement; bounds the memory of a large batch */

/* Why ids of one (user, topic) are in commit order: the id comes from the column default nextval(),
 * which the outer INSERT computes for each row that reaches it, and a row reaches it only out of
 * "claim", which has by then updated and so locked the row of event_sequence. The lock is held
 * until the transaction ends; another transaction with an event of that user waits for it inside
 * "claim", before it has an id. So it gets a higher id and commits later. (The sequence hands ids
 * out one by one, CACHE 1; the database must be the one primary, as ever.)
 *
 * In outbox_add_many the ORDER BY under the INSERT sorts all rows, and therefore ends "claim",
 * before the first id is taken. "claim" locks in the order of (user, topic), so that two batches
 * cannot deadlock; a batch and single events can, which PostgreSQL answers with an error to be
 * retried. */
static const struct pg_statement rows[] = {
    {"outbox_add",
     "WITH claim AS ("
     " INSERT INTO event_sequence AS s (user_id, topic, sequence) VALUES ($1, $2, 1)"
     " ON CONFLICT (user_id, topic) DO UPDATE SET sequence = s.sequence + 1"
     " RETURNING s.sequence)"
     " INSERT INTO outbox (topic, key, value)"
     " SELECT $2, convert_to($1, 'UTF8'),"
     "  convert_to(coalesce($3::text || claim.sequence || $4::text, $3::text), 'UTF8') FROM claim"},
    {"outbox_add_many",
     "WITH event AS ("
     " SELECT user_id, topic, head, tail, nth"
     " FROM unnest($1::text[], $2::text[], $3::text[], $4::text[])"
     "  WITH ORDINALITY AS i (user_id, topic, head, tail, nth))," OUTBOX_ADD_EVENTS " SELECT"},
    /* Of one user on one topic. No row is there before the one of "claim" is. */
    {"outbox_add_same",
     "WITH claim AS ("
     " INSERT INTO event_sequence AS s (user_id, topic, sequence) VALUES ($1, $2, $3)"
     " ON CONFLICT (user_id, topic) DO UPDATE SET sequence = s.sequence + excluded.sequence"
     " RETURNING s.sequence - $3 AS before)"
     " INSERT INTO outbox (topic, key, value)"
     " SELECT $2, convert_to($1, 'UTF8'),"
     "  convert_to(coalesce(head || (before + nth) || tail, head), 'UTF8')"
     " FROM claim, unnest($4::text[], $5::text[]) WITH ORDINALITY AS i (head, tail, nth)"
     " ORDER BY nth"},
    {"outbox_waiting", "SELECT count(*) FROM (SELECT FROM outbox LIMIT $1::int) AS waiting"},
    {"outbox_add_raw",
     "INSERT INTO outbox (topic, key, value, headers) VALUES ($1, $2, $3, $4::json)"},
};
const struct pg_statements outbox_statements = {TABLE(rows)};

static const char *event_source = "unnamed";

void outbox_init(const char *source)
{
    event_source = source;
}

bool outbox_envelope(const struct outbox_event *ev, struct envelope *out, struct err *err)
{
    return envelope_build(ev, event_source, time_now_us(), out, err);
}

bool outbox_has_room(struct pg_tx *tx, int limit, bool *room, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "outbox_waiting", PARAMS(P_INT(limit)), &result, err))
        return false;
    *room = pg_int(result, 0, 0) < limit;
    return true;
}

bool outbox_add(struct pg_tx *tx, const struct outbox_event *ev, struct err *err)
{
    struct envelope envelope;
    if (!outbox_envelope(ev, &envelope, err))
        return false;
    bool ok = pg_exec(
        tx, "outbox_add",
        PARAMS(P_STR(ev->user_id), P_STR(ev->topic), P_STR(envelope.head), P_STR(envelope.tail)),
        NULL, err);
    envelope_fini(&envelope);
    if (ok)
        pg_tx_wake(tx);
    return ok;
}

static bool all_same(const struct outbox_event evs[], size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (strcmp(evs[i].user_id, evs[0].user_id) != 0 || strcmp(evs[i].topic, evs[0].topic) != 0)
            return false;
    return true;
}

static bool add_envelopes(struct pg_tx *tx, const struct outbox_event evs[],
                          const struct envelope envelopes[], size_t count, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param all[4];
    bool same = all_same(evs, count);
    pg_columns_init(&columns, same ? 2 : 4);
    for (size_t i = 0; i < count; i++) {
        pg_columns_long(&columns, 0, envelopes[i].head);
        pg_columns_long(&columns, 1, envelopes[i].tail);
        if (same)
            continue;
        pg_columns_str(&columns, 2, evs[i].user_id);
        pg_columns_str(&columns, 3, evs[i].topic);
    }
    pg_columns_params(&columns, all);
    return same ? pg_exec(tx, "outbox_add_same",
                          PARAMS(P_STR(evs[0].user_id), P_STR(evs[0].topic), P_INT(count), all[0],
                                 all[1]),
                          NULL, err)
                : pg_exec(tx, "outbox_add_many", PARAMS(all[2], all[3], all[0], all[1]), NULL, err);
}

static bool add_some(struct pg_tx *tx, const struct outbox_event evs[], size_t count,
                     struct err *err)
{
    struct envelope envelopes[MANY] = {0};
    int64_t now_us = time_now_us();
    size_t built = 0;
    while (built < count &&
           envelope_build(&evs[built], event_source, now_us, &envelopes[built], err))
        built++;
    bool ok = built == count && add_envelopes(tx, evs, envelopes, count, err);
    for (size_t i = 0; i < built; i++)
        envelope_fini(&envelopes[i]);
    return ok;
}

bool outbox_add_many(struct pg_tx *tx, const struct outbox_event evs[], size_t count,
                     struct err *err)
{
    for (size_t done = 0; done < count; done += MANY) {
        size_t some = count - done < MANY ? count - done : MANY;
        if (!add_some(tx, evs + done, some, err))
            return false;
    }
    if (count > 0)
        pg_tx_wake(tx);
    return true;
}

bool outbox_add_raw(struct pg_tx *tx, const struct outbox_raw *raw, struct err *err)
{
    scoped(str_drop) char *headers = raw->headers != NULL ? json_text(raw->headers) : NULL;
    bool ok = pg_exec(tx, "outbox_add_raw",
                      PARAMS(P_STR(raw->topic), P_BYTES(raw->key, raw->key_len),
                             P_BYTES(raw->value, raw->value_len), P_STR(headers)),
                      NULL, err);
    if (ok)
        pg_tx_wake(tx);
    return ok;
}
