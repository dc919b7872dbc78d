#include "events/relay.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/json_util.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "kafka/producer.h"
#include "pg/session.h"

enum {
    RELAY_BATCH = 5000,
    RELAY_BYTES = 4 << 20, /* of values a batch; one larger value goes alone */
    POLL_MS = 10,          /* finds rows of other replicas, and of writers that committed late */
    LOCK_POLL_MS = 1000,
    SEND_WAIT_MS = 5000,
    IDLE_TIMEOUT_MS =
        15000, /* above SEND_WAIT_MS and every pause, or a slow broker costs the lock */
    STATEMENT_TIMEOUT_MS = 10000,
    PAUSE_MIN_MS = 100,
    PAUSE_MAX_MS = 2000,
    FLUSH_MS = 500,
};

/* Always the whole table in id order and never "id above the last one seen": an id is taken before
 * its transaction commits, and a late one would be passed over for ever.
 * The inner LIMIT keeps the running sum of sizes to one batch. */
static const struct pg_statement rows[] = {
    {"relay_lock",
     "SELECT pg_try_advisory_lock(hashtextextended('relay:' || current_schema(), 0))"},
    {"relay_read",
     "SELECT id, topic, key, value, headers::text, " PG_US(
         "created_at") " FROM ("
                       " SELECT *, sum(coalesce(octet_length(value), 0)) OVER (ORDER BY id) AS "
                       "bytes,"
                       "  row_number() OVER (ORDER BY id) AS nth"
                       " FROM (SELECT * FROM outbox ORDER BY id LIMIT $1) AS first) AS summed"
                       " WHERE bytes <= $2 OR nth = 1 ORDER BY id"},
    {"relay_delete", "DELETE FROM outbox WHERE id = ANY ($1::bigint[])"},
    {"relay_refuse",
     "WITH gone AS (DELETE FROM outbox USING unnest($1::bigint[], $2::text[]) AS r (gone, why)"
     "  WHERE id = gone RETURNING id, created_at, why, topic, key, value, headers)"
     " INSERT INTO outbox_refused (id, created_at, reason, topic, key, value, headers)"
     " SELECT * FROM gone"},
    /* An upper bound from two looks at the index; counting a long backlog would slow its drain. */
    {"relay_depth", "SELECT coalesce(max(id) - min(id) + 1, 0) FROM outbox"},
};
static const struct pg_statements statements = {TABLE(rows)};

struct relay {
    char *dsn, *schema, *app_name;
    struct producer *producer;
    int wake_fd, stop_fd;
    pthread_t thread;
    /* The rest is the thread's own. */
    struct pg_session *session; /* NULL while there is no connection */
    bool holds_lock;            /* of this very session */
    int64_t measured_us;        /* when outbox_depth was last set */
};

struct batch {
    struct pg_result *result; /* the records point into it */
    struct producer_record *records;
    json_t **headers;
    size_t count;
};

static void batch_fini(struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        json_drop(&batch->headers[i]);
    free(batch->headers);
    free(batch->records);
    pg_result_drop(&batch->result);
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

static bool batch_read(struct relay *relay, struct batch *batch, struct err *err)
{
    if (!pg_session_exec(relay->session, "relay_read",
                         PARAMS(P_INT(RELAY_BATCH), P_INT(RELAY_BYTES)), &batch->result, err))
        return false;
    const struct pg_result *result = batch->result;
    batch->count = pg_rows(result);
    batch->records = xcalloc(batch->count, sizeof *batch->records);
    batch->headers = xcalloc(batch->count, sizeof *batch->headers);
    for (size_t i = 0; i < batch->count; i++) {
        struct producer_record *record = &batch->records[i];
        record->topic = pg_str(result, i, 1);
        record->key = pg_raw(result, i, 2, &record->key_len);
        record->value = pg_raw(result, i, 3, &record->value_len);
        record->headers = batch->headers[i] = parse_headers(pg_str(result, i, 4));
    }
    return true;
}

/* Ids of the rows whose record is as wanted, as an array literal; NULL when there are none. */
static char *ids_of(const struct batch *batch, bool refused, size_t *count)
{
    int64_t *ids = xcalloc(batch->count, sizeof *ids);
    *count = 0;
    for (size_t i = 0; i < batch->count; i++)
        if (refused ? batch->records[i].refused : batch->records[i].acked)
            ids[(*count)++] = pg_int(batch->result, i, 0);
    char *array = *count > 0 ? pg_array_int(ids, *count) : NULL;
    free(ids);
    return array;
}

/* The same rows' reasons, in the same order. */
static char *reasons_of(const struct batch *batch)
{
    const char **reasons = xcalloc(batch->count, sizeof *reasons);
    size_t count = 0;
    for (size_t i = 0; i < batch->count; i++)
        if (batch->records[i].refused)
            reasons[count++] =
                batch->records[i].reason != NULL ? batch->records[i].reason : "refused";
    char *array = pg_array(reasons, count);
    free(reasons);
    return array;
}

static bool park_refused(struct relay *relay, const struct batch *batch, struct err *err)
{
    size_t count;
    scoped(str_drop) char *ids = ids_of(batch, true, &count);
    if (ids == NULL)
        return true;
    scoped(str_drop) char *reasons = reasons_of(batch);
    if (!pg_session_exec(relay->session, "relay_refuse", PARAMS(P_STR(ids), P_STR(reasons)), NULL,
                         err))
        return false;
    log_error("outbox_refused", L_INT("count", count));
    metric_add("outbox_refused_total", NO_LABELS, count);
    return true;
}

/* On the connection that holds the lock: a relay that lost it cannot delete either, and what it
 * sent is sent again by its successor, which the sequence shows to consumers. */
static bool settle(struct relay *relay, const struct batch *batch, struct err *err)
{
    size_t count;
    scoped(str_drop) char *ids = ids_of(batch, false, &count);
    if (ids != NULL) {
        if (!pg_session_exec(relay->session, "relay_delete", PARAMS(P_STR(ids)), NULL, err))
            return false;
        metric_add("outbox_sent_total", NO_LABELS, count);
    }
    return park_refused(relay, batch, err);
}

static void show_backlog(double depth, double oldest_s)
{
    metric_set("outbox_depth", NO_LABELS, depth);
    metric_set("outbox_oldest_age_seconds", NO_LABELS, oldest_s);
}

/* A batch that holds all there is was counted by reading it. */
static bool measure(struct relay *relay, const struct batch *batch, struct err *err)
{
    int64_t now_us = time_mono_us();
    if (now_us - relay->measured_us < US_PER_S)
        return true;
    relay->measured_us = now_us;
    double oldest_s = 0, depth = (double)batch->count;
    if (batch->count > 0)
        oldest_s = (double)(time_now_us() - pg_int(batch->result, 0, 5)) / (double)US_PER_S;
    if (batch->count > 1) {
        scoped(pg_result_drop) struct pg_result *result = NULL;
        if (!pg_session_exec(relay->session, "relay_depth", NULL, 0, &result, err))
            return false;
        depth = (double)pg_int(result, 0, 0);
    }
    show_backlog(depth, oldest_s > 0 ? oldest_s : 0);
    return true;
}

/* One batch; *more when it is worth looking again at once. */
static bool relay_once(struct relay *relay, bool *more, struct err *err)
{
    struct batch batch = {0};
    bool ok = batch_read(relay, &batch, err) && measure(relay, &batch, err);
    if (ok && batch.count > 0) {
        struct err unsent;
        ok = producer_send(relay->producer, batch.records, batch.count, relay->stop_fd,
                           SEND_WAIT_MS, &unsent);
        /* What was acknowledged is deleted even if other records of the batch were not. */
        if (!settle(relay, &batch, err))
            ok = false;
        else if (!ok)
            *err = unsent;
    }
    *more = ok && batch.count > 0;
    batch_fini(&batch);
    return ok;
}

static bool connect_session(struct relay *relay, struct err *err)
{
    struct pg_conf conf = {.dsn = relay->dsn,
                           .schema = relay->schema,
                           .app_name = relay->app_name,
                           .statement_timeout_ms = STATEMENT_TIMEOUT_MS,
                           .statements = &statements,
                           .statement_count = 1};
    if (relay->session != NULL && pg_session_ok(relay->session))
        return true;
    if (relay->holds_lock)
        show_backlog(0, 0); /* whoever has the lock next shows it */
    relay->holds_lock = false;
    pg_session_free(relay->session);
    relay->session = NULL;
    return pg_session_open(&conf, IDLE_TIMEOUT_MS, &relay->session, err);
}

static bool try_lock(struct relay *relay, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (relay->holds_lock)
        return true;
    if (!pg_session_exec(relay->session, "relay_lock", NULL, 0, &result, err))
        return false;
    relay->holds_lock = pg_bool(result, 0, 0);
    relay->measured_us = 0;
    if (relay->holds_lock)
        log_info("relay_leads", L_STR("schema", relay->schema));
    return true;
}

/* Until woken (when that matters), stopped, or the time is over; false when asked to stop. */
static bool pause_for(struct relay *relay, int ms, bool wakes)
{
    struct pollfd fds[] = {{.fd = relay->stop_fd, .events = POLLIN},
                           {.fd = relay->wake_fd, .events = POLLIN}};
    poll(fds, wakes ? 2 : 1, ms);
    if (wakes && fds[1].revents != 0) {
        uint64_t count;
        ssize_t got = read(relay->wake_fd, &count, sizeof count); /* only empties it */
        (void)got;
    }
    return fds[0].revents == 0;
}

static void *run(void *arg)
{
    struct relay *relay = arg;
    int failing_ms = 0; /* the present pause after failures; 0 when all is well */
    bool going = true;
    log_thread("relay");
    while (going) {
        struct err err;
        bool more = false;
        bool ok = connect_session(relay, &err) && try_lock(relay, &err) &&
                  (!relay->holds_lock || relay_once(relay, &more, &err));
        if (!ok) {
            if (failing_ms == 0)
                log_warn("relay_waits", L_STR("reason", err.text));
            failing_ms = failing_ms == 0 ? PAUSE_MIN_MS : failing_ms * 2;
            if (failing_ms > PAUSE_MAX_MS)
                failing_ms = PAUSE_MAX_MS;
            going = pause_for(relay, failing_ms, false);
            continue;
        }
        if (failing_ms > 0 && relay->holds_lock)
            log_info("relay_goes_on");
        failing_ms = 0;
        going = pause_for(relay,
                          more                ? 0
                          : relay->holds_lock ? POLL_MS
                                              : LOCK_POLL_MS,
                          relay->holds_lock);
    }
    return NULL;
}

static void drop(struct relay *relay)
{
    producer_free(relay->producer, FLUSH_MS);
    pg_session_free(relay->session);
    close(relay->wake_fd);
    close(relay->stop_fd);
    secret_drop(&relay->dsn);
    free(relay->schema);
    free(relay->app_name);
    free(relay);
}

bool relay_start(const struct relay_conf *conf, struct relay **out, struct err *err)
{
    struct producer *producer;
    if (!producer_new(conf->kafka, &producer, err))
        return false;
    struct relay *relay = xcalloc(1, sizeof *relay);
    *relay = (struct relay){.dsn = xstrdup(conf->dsn),
                            .schema = xstrdup(conf->schema),
                            .app_name = xasprintf("%s relay", conf->app_name),
                            .producer = producer,
                            .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                            .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (relay->wake_fd < 0 || relay->stop_fd < 0 ||
        pthread_create(&relay->thread, NULL, run, relay) != 0) {
        drop(relay);
        return err_set(err, ERR_INTERNAL, "starting the relay's thread");
    }
    *out = relay;
    return true;
}

static void notify(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one); /* fails only when it is set already */
    (void)written;
}

void relay_wake(struct relay *relay)
{
    notify(relay->wake_fd);
}

void relay_stop(struct relay *relay)
{
    if (relay == NULL)
        return;
    notify(relay->stop_fd);
    pthread_join(relay->thread, NULL);
    drop(relay);
}

bool relay_broker_ok(struct relay *relay)
{
    return producer_connected(relay->producer);
}
