#include "events/relay.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "events/relay_batch.h"
#include "events/relay_shards.h"
#include "kafka/producer.h"
#include "pg/session.h"

enum {
    /* Rounds begin no closer to each other unless a batch was full: under load a round then carries
     * many commits' events, where one for each would cost the database and the broker several times
     * what the commits do. An event after a pause does not wait. */
    ROUND_MS = 25,
    /* Looking unasked finds rows of other replicas and of late committers; ever less often while
     * there are none, since each look passes the dead rows that no vacuum has taken away yet. */
    POLL_MIN_MS = 10,
    POLL_MAX_MS = 50,
    LOCK_POLL_MS = 200,
    SEND_WAIT_MS = 5000,
    ALIVE_MS = 1000, /* how often the session is used while the broker is waited for */
    /* A relay that is frozen, or cut off from the database, loses its parts after this. */
    IDLE_TIMEOUT_MS = 5000,
    STATEMENT_TIMEOUT_MS = 10000,
    PAUSE_MIN_MS = 100,
    PAUSE_MAX_MS = 2000,
    FLUSH_MS = 500,
    AHEAD_BYTES_MAX = 4 << 20,
    VACUUM_ROWS = 10000,   /* deleted by this relay between two vacuums of the outbox */
    DEPTH_COUNTED = 100000 /* a longer backlog is shown as this: counting it would slow its drain */
};

static const struct pg_statement rows[] = {
    {"relay_alive", "SELECT 1"},
    {"relay_depth",
     "SELECT count(*) FROM (SELECT FROM outbox WHERE shard = ANY ($1::smallint[]) LIMIT $2) AS o"},
    /* Rows live for milliseconds, and autovacuum looks once a minute: left to it, the table would
     * grow to a minute of traffic. Another vacuum under way is as good. */
    {"relay_vacuum", "VACUUM (SKIP_LOCKED, TRUNCATE false) outbox"},
};

struct relay {
    char *dsn, *schema, *app_name;
    struct producer *producer;
    int wake_fd, stop_fd;
    pthread_t thread;
    /* The rest is the thread's own. */
    struct pg_session *session; /* NULL while there is no connection */
    struct relay_shards shards; /* held by this very session */
    struct relay_batch batch;   /* being sent */
    struct relay_batch ahead;   /* read while that one was under way; empty when none was */
    int64_t measured_us;        /* when outbox_depth was last set */
    int64_t busy_us;            /* when a row was last found */
    int poll_ms;                /* until the next look unasked */
    int64_t alive_us;           /* when the session was last used */
    size_t deleted;             /* since the last vacuum */
};

static void show_backlog(double depth, double oldest_s)
{
    metric_set("outbox_depth", NO_LABELS, depth);
    metric_set("outbox_oldest_age_seconds", NO_LABELS, oldest_s);
}

/* A batch that holds all there is was counted by reading it. */
static bool measure(struct relay *relay, const struct relay_batch *batch, struct err *err)
{
    int64_t now_us = time_mono_us();
    if (now_us - relay->measured_us < US_PER_S)
        return true;
    relay->measured_us = now_us;
    double depth = (double)batch->count;
    if (batch->full) {
        scoped(str_drop) char *held = pg_array_int(relay->shards.held, relay->shards.count);
        scoped(pg_result_drop) struct pg_result *result = NULL;
        if (!pg_session_exec(relay->session, "relay_depth",
                             PARAMS(P_STR(held), P_INT(DEPTH_COUNTED)), &result, err))
            return false;
        depth = (double)pg_int(result, 0, 0);
    }
    show_backlog(depth, relay_batch_age_s(batch));
    return true;
}

static bool ask_server(struct relay *relay, int64_t now_us, struct err *err)
{
    relay->alive_us = now_us;
    return pg_session_exec(relay->session, "relay_alive", NULL, 0, NULL, err);
}

/* The database works on the next batch of a backlog while the broker works on this one. Not when it
 * is time to look who else is there: between reading and sending, the parts must stay the same. And
 * not beside large values, of which one batch is enough in memory. */
static bool may_read_ahead(const struct relay *relay, int64_t now_us)
{
    return relay->batch.full && relay->ahead.result == NULL &&
           relay->batch.bytes < AHEAD_BYTES_MAX && now_us < relay->shards.look_us;
}

/* While the broker is waited for, the server must not take the silence for a frozen relay; and when
 * it does not answer, the parts may be another relay's by now. */
static bool meanwhile(void *arg)
{
    struct relay *relay = arg;
    struct err err;
    int64_t now_us = time_mono_us();
    if (may_read_ahead(relay, now_us)) {
        relay->alive_us = now_us;
        return relay_batch_read(&relay->ahead, &relay->shards, &relay->batch, relay->session, &err);
    }
    return now_us - relay->alive_us < ALIVE_MS * INT64_C(1000) || ask_server(relay, now_us, &err);
}

static void vacuum(struct relay *relay)
{
    struct err err;
    if (relay->deleted < VACUUM_ROWS)
        return;
    relay->deleted = 0;
    if (!pg_session_exec(relay->session, "relay_vacuum", NULL, 0, NULL, &err))
        log_warn("outbox_not_vacuumed", L_STR("reason", err.text));
}

static bool send_batch(struct relay *relay, struct err *err)
{
    struct err unsent;
    size_t deleted = 0;
    struct relay_batch *batch = &relay->batch;
    struct producer_wait wait = {
        .stop_fd = relay->stop_fd, .wait_ms = SEND_WAIT_MS, .go_on = meanwhile, .arg = relay};
    int64_t now_us = time_mono_us();
    /* Frozen since it was read? Then the parts are another relay's, which has sent it and more. */
    if (now_us - relay->alive_us > ALIVE_MS * INT64_C(1000) && !ask_server(relay, now_us, err))
        return false;
    relay->busy_us = now_us;
#ifdef MUTATION_OUTBOX /* tests/chaos/prove: rows go before the broker has their records */
    for (size_t i = 0; i < batch->count; i++)
        batch->records[i].acked = true;
    if (!relay_batch_settle(batch, relay->session, &deleted, err))
        return false;
#endif
    bool ok = producer_send(relay->producer, batch->records, batch->count, &wait, &unsent);
    /* What was acknowledged is deleted even if other records of the batch were not. */
    if (!relay_batch_settle(batch, relay->session, &deleted, err))
        ok = false;
    else if (!ok)
        *err = unsent;
    relay->deleted += deleted;
    return ok;
}

static void forget_batches(struct relay *relay)
{
    relay_batch_fini(&relay->batch);
    relay_batch_fini(&relay->ahead);
}

static bool read_first(struct relay *relay, struct err *err)
{
    relay->alive_us = time_mono_us();
    return relay_batch_read(&relay->batch, &relay->shards, NULL, relay->session, err);
}

/* One batch; *more when there may be a second one. */
static bool relay_once(struct relay *relay, bool *more, struct err *err)
{
    relay->batch = relay->ahead;
    relay->ahead = (struct relay_batch){0};
    if (relay->batch.count == 0)
        relay_batch_fini(&relay->batch);
    bool ok = (relay->batch.count > 0 || read_first(relay, err)) &&
              measure(relay, &relay->batch, err) &&
              (relay->batch.count == 0 || send_batch(relay, err));
    *more = ok && relay->batch.full;
    if (ok)
        relay_batch_fini(&relay->batch);
    else
        forget_batches(relay);
    if (ok)
        vacuum(relay);
    return ok;
}

static bool connect_session(struct relay *relay, struct err *err)
{
    const struct pg_statements tables[] = {
        {TABLE(rows)}, relay_shard_statements, relay_batch_statements};
    struct pg_conf conf = {.dsn = relay->dsn,
                           .schema = relay->schema,
                           .app_name = relay->app_name,
                           .statement_timeout_ms = STATEMENT_TIMEOUT_MS,
                           .statements = tables,
                           .statement_count = LENGTH(tables)};
    if (relay->session != NULL && pg_session_ok(relay->session))
        return true;
    if (relay->shards.count > 0)
        show_backlog(0, 0); /* whoever has the parts next shows them */
    relay_shards_forget(&relay->shards);
    forget_batches(relay);
    pg_session_free(relay->session);
    relay->session = NULL;
    return pg_session_open(&conf, IDLE_TIMEOUT_MS, &relay->session, err);
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

/* After a round that found something, the next one comes without being woken. */
static bool wait_for_round(struct relay *relay, int64_t began_us, bool more)
{
    if (relay->shards.count == 0)
        return pause_for(relay, LOCK_POLL_MS, true);
    if (relay->busy_us < began_us) {
        int ms = relay->poll_ms;
        relay->poll_ms = ms * 2 < POLL_MAX_MS ? ms * 2 : POLL_MAX_MS;
        return pause_for(relay, ms, true);
    }
    relay->poll_ms = POLL_MIN_MS;
    int left_ms = more ? 0 : ROUND_MS - (int)((time_mono_us() - began_us) / 1000);
    return pause_for(relay, left_ms > 0 ? left_ms : 0, left_ms <= 0);
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
        int64_t began_us = time_mono_us();
        bool ok = connect_session(relay, &err) &&
                  (relay->ahead.count > 0 ||
                   relay_shards_balance(&relay->shards, relay->session, &err)) &&
                  (relay->shards.count == 0 || relay_once(relay, &more, &err));
        if (!ok) {
            if (failing_ms == 0)
                log_warn("relay_waits", L_STR("reason", err.text));
            failing_ms = failing_ms == 0 ? PAUSE_MIN_MS : failing_ms * 2;
            if (failing_ms > PAUSE_MAX_MS)
                failing_ms = PAUSE_MAX_MS;
            going = pause_for(relay, failing_ms, false);
            continue;
        }
        if (failing_ms > 0 && relay->shards.count > 0)
            log_info("relay_goes_on");
        failing_ms = 0;
        going = wait_for_round(relay, began_us, more);
    }
    forget_batches(relay);
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
                            .poll_ms = POLL_MIN_MS,
                            .wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                            .stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    if (relay->wake_fd < 0 || relay->stop_fd < 0 ||
        pthread_create(&relay->thread, NULL, run, relay) != 0) {
        drop(relay);
        return err_set(err, ERR_INTERNAL, "starting the relay's thread");
    }
    metric_add("outbox_refused_total", NO_LABELS, 0);
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
