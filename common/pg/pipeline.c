#include "pg/pipeline.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "pg/backoff.h"
#include "pg/conn.h"

enum {
    BATCH_MAX = 64,       /* statements before one Sync */
    UNDER_WAY_MAX = 1024, /* sent and not answered; bounds what the server must buffer */
    /* Batches sent and not answered, above which those who ask wait for the next one: the server
     * takes one statement at a time anyway, and sent one by one each would cost a system call and
     * two wake-ups. With two the server need not wait for us. */
    SYNCS_MAX = 2,
};

struct pg_pipeline {
    struct pg_conf conf;
    char *dsn, *schema, *app_name; /* conf points at these */
    pthread_t thread;
    int wake_fd;
    pthread_mutex_t lock; /* guards the two below */
    struct pg_asks queue;
    bool stopping;
    /* The rest is the thread's own. */
    struct conn *conn; /* NULL while there is none */
    struct backoff backoff;
    struct pg_asks waiting, under_way;
    size_t syncs;   /* sent and not come back */
    PGresult *kept; /* the result of the first under way, whose end has not come yet */
};

static void finish(struct pg_ask *ask, bool ok)
{
    ask->ok = ok;
    ask->done(ask);
}

static void refuse_all(struct pg_asks *asks, const struct err *err)
{
    struct pg_ask *ask;
    while ((ask = pg_asks_pop(asks)) != NULL) {
        ask->err = *err;
        ask->err.retry_after_s = 1;
        finish(ask, false);
    }
}

/* What the connection carried goes to the front of those waiting, in order; what was lost before is
 * refused. */
static void lose_connection(struct pg_pipeline *pipeline, const char *why)
{
    struct pg_asks again = {0}, refused = {0};
    struct pg_ask *ask;
    struct err err;
    log_warn("pipeline_lost", L_STR("reason", why), L_INT("carried", pipeline->under_way.count));
    PQclear(pipeline->kept);
    pipeline->kept = NULL;
    pipeline->syncs = 0;
    conn_close(pipeline->conn);
    pipeline->conn = NULL;
    while ((ask = pg_asks_pop(&pipeline->under_way)) != NULL) {
        pg_asks_push(ask->retried ? &refused : &again, ask);
        ask->retried = true;
    }
    while ((ask = pg_asks_pop(&pipeline->waiting)) != NULL)
        pg_asks_push(&again, ask);
    pipeline->waiting = again;
    err_set(&err, ERR_UNAVAILABLE, "the database connection was lost");
    refuse_all(&refused, &err);
}

static bool connect_now(struct pg_pipeline *pipeline, struct err *err)
{
    if (!backoff_may_try(&pipeline->backoff))
        return err_set(err, ERR_UNAVAILABLE, "the database cannot be reached");
    bool ok = conn_open(&pipeline->conf, (struct conn_kind){.prepare = true}, &pipeline->conn, err);
    if (ok && !PQenterPipelineMode(pipeline->conn->pg))
        panic("pipeline mode of an idle connection");
    backoff_note(&pipeline->backoff, ok);
    return ok;
}

static bool send_one(struct pg_pipeline *pipeline, struct pg_ask *ask)
{
    struct params params;
    params_fill(&params, ask->params, ask->count);
    if (!PQsendQueryPrepared(pipeline->conn->pg, ask->statement, (int)ask->count, params.values,
                             params.lengths, params.formats, 0))
        return false;
    ask->sent_us = time_mono_us();
    pg_asks_push(&pipeline->under_way, ask);
    return true;
}

static bool send_sync(struct pg_pipeline *pipeline)
{
    pipeline->syncs++;
    return PQpipelineSync(pipeline->conn->pg) == 1;
}

/* Those waiting go out as one batch; one that is to be alone has a Sync before and behind it. */
static bool send_waiting(struct pg_pipeline *pipeline)
{
    size_t batch = 0;
    while (pipeline->waiting.head != NULL && pipeline->under_way.count < UNDER_WAY_MAX &&
           (batch > 0 || pipeline->syncs < SYNCS_MAX)) {
        bool alone = pipeline->waiting.head->alone;
        if (batch > 0 && (alone || batch == BATCH_MAX)) {
            if (!send_sync(pipeline))
                return false;
            batch = 0;
            continue;
        }
        struct pg_ask *ask = pg_asks_pop(&pipeline->waiting);
        if (!send_one(pipeline, ask)) {
            pg_asks_push(&pipeline->under_way, ask); /* shares the connection's fate */
            return false;
        }
        batch = alone ? BATCH_MAX : batch + 1;
    }
    return (batch == 0 || send_sync(pipeline)) && PQflush(pipeline->conn->pg) >= 0;
}

static bool is_farewell(const PGresult *res)
{
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    return state == NULL ||
           strncmp(state, "57P", 3) == 0; /* ended by an administrator, shut down */
}

/* The first under way has its result. false: the server says goodbye. */
static bool settle(struct pg_pipeline *pipeline)
{
    PGresult *res = pipeline->kept;
    ExecStatusType status = PQresultStatus(res);
    if (status == PGRES_FATAL_ERROR && is_farewell(res))
        return false;
    struct pg_ask *ask = pg_asks_pop(&pipeline->under_way);
    pipeline->kept = NULL;
    if (status == PGRES_PIPELINE_ABORTED) {
        PQclear(res);
        ask->alone = true;
        pg_asks_push(&pipeline->waiting, ask);
    } else if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        ask->result = result_new(res);
        finish(ask, true);
    } else {
        sqlstate_err(res, ask->statement, &ask->err);
        PQclear(res);
        finish(ask, false);
    }
    return true;
}

/* Takes what has arrived. */
static bool read_results(struct pg_pipeline *pipeline)
{
    PGconn *pg = pipeline->conn->pg;
    while ((pipeline->under_way.head != NULL || pipeline->syncs > 0) && !PQisBusy(pg)) {
        PGresult *res = PQgetResult(pg);
        if (res == NULL) {
            if (pipeline->kept == NULL)
                return PQstatus(pg) == CONNECTION_OK;
            if (!settle(pipeline))
                return false;
        } else if (PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
            pipeline->syncs--;
            PQclear(res);
        } else {
            PQclear(pipeline->kept);
            pipeline->kept = res;
        }
    }
    return PQstatus(pg) == CONNECTION_OK;
}

/* Milliseconds until the oldest statement under way is overdue; -1: none is. */
static int wait_ms(const struct pg_pipeline *pipeline)
{
    if (pipeline->under_way.head == NULL || pipeline->conn->limit_ms == 0)
        return -1;
    int64_t due_us = pipeline->under_way.head->sent_us + pipeline->conn->limit_ms * INT64_C(1000);
    int64_t left_us = due_us - time_mono_us();
    return left_us > 0 ? (int)(left_us / 1000) + 1 : 0;
}

static void empty_wake(int fd)
{
    uint64_t count;
    ssize_t got = read(fd, &count, sizeof count); /* only empties it */
    (void)got;
}

/* Waits for the server, a new ask, or the deadline; false when the connection is of no more use. */
static bool serve(struct pg_pipeline *pipeline, const char **why)
{
    PGconn *pg = pipeline->conn->pg;
    *why = "the connection was lost";
    int unsent = PQflush(pg);
    if (unsent < 0)
        return false;
    struct pollfd fds[] = {
        {.fd = pipeline->wake_fd, .events = POLLIN},
        {.fd = PQsocket(pg), .events = (short)(POLLIN | (unsent ? POLLOUT : 0))}};
    int ready = poll(fds, 2, wait_ms(pipeline));
    if (ready < 0 && errno != EINTR)
        return false;
    if (ready == 0) {
        *why = "no answer in time";
        return wait_ms(pipeline) != 0;
    }
    if (fds[0].revents != 0)
        empty_wake(pipeline->wake_fd);
    if ((fds[1].revents & ~POLLOUT) != 0 && !PQconsumeInput(pg))
        return false;
    return read_results(pipeline);
}

static void wait_for_ask(struct pg_pipeline *pipeline)
{
    struct pollfd fd = {.fd = pipeline->wake_fd, .events = POLLIN};
    if (poll(&fd, 1, -1) == 1)
        empty_wake(pipeline->wake_fd);
}

/* false: asked to stop, and nothing is left to answer. */
static bool take_queue(struct pg_pipeline *pipeline)
{
    pthread_mutex_lock(&pipeline->lock);
    struct pg_asks came = pipeline->queue;
    bool stopping = pipeline->stopping;
    pipeline->queue = (struct pg_asks){0};
    pthread_mutex_unlock(&pipeline->lock);
    for (struct pg_ask *ask; (ask = pg_asks_pop(&came)) != NULL;)
        pg_asks_push(&pipeline->waiting, ask);
    return !stopping || pipeline->waiting.head != NULL || pipeline->under_way.head != NULL;
}

static void *run(void *arg)
{
    struct pg_pipeline *pipeline = arg;
    log_thread("reads");
    while (take_queue(pipeline)) {
        struct err err;
        const char *why = "sending failed";
        if (pipeline->waiting.head != NULL && pipeline->conn == NULL &&
            !connect_now(pipeline, &err)) {
            refuse_all(&pipeline->waiting, &err);
            continue;
        }
        if (pipeline->conn == NULL)
            wait_for_ask(pipeline);
        else if ((pipeline->waiting.head != NULL && !send_waiting(pipeline)) ||
                 !serve(pipeline, &why))
            lose_connection(pipeline, why);
    }
    return NULL;
}

struct pg_pipeline *pg_pipeline_new(const struct pg_conf *conf)
{
    struct pg_pipeline *pipeline = xcalloc(1, sizeof *pipeline);
    pipeline->conf = *conf;
    pipeline->conf.dsn = pipeline->dsn = xstrdup(conf->dsn);
    pipeline->conf.schema = pipeline->schema = xstrdup(conf->schema);
    pipeline->conf.app_name = pipeline->app_name = xasprintf("%s reads", conf->app_name);
    pipeline->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&pipeline->lock, NULL);
    if (pipeline->wake_fd < 0 || pthread_create(&pipeline->thread, NULL, run, pipeline) != 0)
        panic("no thread for the pipeline");
    return pipeline;
}

static void wake(struct pg_pipeline *pipeline)
{
    uint64_t one = 1;
    ssize_t written = write(pipeline->wake_fd, &one, sizeof one); /* fails only when it is set */
    (void)written;
}

/* Only the ask that finds the queue empty must wake the thread: it takes all that is there. */
void pg_pipeline_ask(struct pg_pipeline *pipeline, struct pg_ask *ask)
{
    pthread_mutex_lock(&pipeline->lock);
    bool first = pipeline->queue.head == NULL;
    pg_asks_push(&pipeline->queue, ask);
    pthread_mutex_unlock(&pipeline->lock);
    if (first)
        wake(pipeline);
}

void pg_pipeline_free(struct pg_pipeline *pipeline)
{
    if (pipeline == NULL)
        return;
    pthread_mutex_lock(&pipeline->lock);
    pipeline->stopping = true;
    pthread_mutex_unlock(&pipeline->lock);
    wake(pipeline);
    pthread_join(pipeline->thread, NULL);
    conn_close(pipeline->conn);
    close(pipeline->wake_fd);
    pthread_mutex_destroy(&pipeline->lock);
    secret_drop(&pipeline->dsn);
    free(pipeline->schema);
    free(pipeline->app_name);
    free(pipeline);
}
