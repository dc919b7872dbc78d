#include "events/outbox.h"

#include <inttypes.h>
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
 * Of many events the claim is a statement of its own, which ends before the next one takes the
 * first id; so the numbers are put into the events here, and the database is given them as they are
 * to be stored. It locks in the order of (user, topic), so that two batches cannot deadlock; a
 * batch and single events can, which PostgreSQL answers with an error to be retried. */
static const struct pg_statement rows[] = {
    {"outbox_add",
     "WITH claim AS ("
     " INSERT INTO event_sequence AS s (user_id, topic, sequence) VALUES ($1, $2, 1)"
     " ON CONFLICT (user_id, topic) DO UPDATE SET sequence = s.sequence + 1"
     " RETURNING s.sequence)"
     " INSERT INTO outbox (topic, key, value)"
     " SELECT $2, convert_to($1, 'UTF8'),"
     "  convert_to(coalesce($3::text || claim.sequence || $4::text, $3::text), 'UTF8') FROM claim"},
    {"outbox_claim",
     "INSERT INTO event_sequence AS s (user_id, topic, sequence)"
     " SELECT user_id, topic, events"
     " FROM unnest($1::text[], $2::text[], $3::bigint[]) AS t (user_id, topic, events)"
     " ORDER BY user_id, topic"
     " ON CONFLICT (user_id, topic) DO UPDATE SET sequence = s.sequence + excluded.sequence"
     " RETURNING s.user_id, s.topic, s.sequence"},
    {"outbox_add_many",
     "INSERT INTO outbox (topic, key, value)"
     " SELECT topic, key, value FROM unnest($1::text[], $2::bytea[], $3::bytea[])"
     "  AS t (topic, key, value)"},
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

/* The events of one user on one topic. */
struct claim {
    const char *user_id, *topic;
    int64_t events;
    int64_t next; /* the number of the first that is not numbered yet */
};

static int by_user_and_topic(const void *a, const void *b)
{
    const struct claim *left = a, *right = b;
    int order = strcmp(left->user_id, right->user_id);
    return order != 0 ? order : strcmp(left->topic, right->topic);
}

/* In order; returns how many there are. */
static size_t list_claims(const struct outbox_event evs[], size_t count, struct claim claims[])
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        claims[i] = (struct claim){.user_id = evs[i].user_id, .topic = evs[i].topic, .events = 1};
    qsort(claims, count, sizeof *claims, by_user_and_topic);
    for (size_t i = 0; i < count; i++)
        if (kept > 0 && by_user_and_topic(&claims[kept - 1], &claims[i]) == 0)
            claims[kept - 1].events++;
        else
            claims[kept++] = claims[i];
    return kept;
}

static struct claim *find_claim(struct claim claims[], size_t count, const char *user_id,
                                const char *topic)
{
    const struct claim key = {.user_id = user_id, .topic = topic};
    return bsearch(&key, claims, count, sizeof *claims, by_user_and_topic);
}

static bool take_numbers(struct pg_tx *tx, struct claim claims[], size_t count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[3];
    pg_columns_init(&columns, LENGTH(params));
    for (size_t i = 0; i < count; i++) {
        pg_columns_str(&columns, 0, claims[i].user_id);
        pg_columns_str(&columns, 1, claims[i].topic);
        pg_columns_int(&columns, 2, claims[i].events);
    }
    pg_columns_params(&columns, params);
    if (!pg_exec(tx, "outbox_claim", params, LENGTH(params), &result, err))
        return false;
    for (size_t i = 0; i < pg_rows(result); i++) {
        struct claim *claim = find_claim(claims, count, pg_str(result, i, 0), pg_str(result, i, 1));
        if (claim != NULL)
            claim->next = pg_int(result, i, 2) - claim->events + 1;
    }
    return pg_rows(result) == count ||
           err_set(err, ERR_INTERNAL, "events were numbered for others than asked");
}

static bool add_envelopes(struct pg_tx *tx, const struct outbox_event evs[],
                          const struct envelope envelopes[], size_t count, struct err *err)
{
    struct claim claims[MANY];
    size_t claim_count = list_claims(evs, count, claims);
    scoped(buf_fini) struct buf value = {0};
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[3];
    if (!take_numbers(tx, claims, claim_count, err))
        return false;
    pg_columns_init(&columns, LENGTH(params));
    for (size_t i = 0; i < count; i++) {
        const char *user_id = evs[i].user_id, *tail = envelopes[i].tail;
        struct claim *claim = find_claim(claims, claim_count, user_id, evs[i].topic);
        value.len = 0;
        buf_add(&value, envelopes[i].head, strlen(envelopes[i].head));
        if (tail != NULL) {
            buf_addf(&value, "%" PRId64, claim->next);
            buf_add(&value, tail, strlen(tail));
        }
        claim->next++;
        pg_columns_long(&columns, 0, evs[i].topic);
        pg_columns_typed(&columns, 1, PG_BYTEA, &P_BYTES(user_id, strlen(user_id)));
        pg_columns_typed(&columns, 2, PG_BYTEA, &P_BYTES(value.data, value.len));
    }
    pg_columns_params(&columns, params);
    return pg_exec(tx, "outbox_add_many", params, LENGTH(params), NULL, err);
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
