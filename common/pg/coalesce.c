#include "pg/coalesce.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/metrics.h"
#include "pg/backoff.h"
#include "pg/columns.h"
#include "pg/conn.h"

enum { BATCH_MAX = 512 };

struct pg_coalesce {
    struct pg_conf conf;
    char *dsn, *schema, *app_name; /* conf points at these */
    pthread_t thread;
    pthread_mutex_t lock; /* guards the three below */
    pthread_cond_t came;
    struct pg_asks queue;
    bool stopping;
    /* The rest is the thread's own. */
    struct conn *conn; /* NULL while there is none */
    struct backoff backoff;
};

static void finish(struct pg_ask *ask, bool ok)
{
    ask->ok = ok;
    ask->done(ask);
}

static void refuse(struct pg_ask *const asks[], size_t count, const struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        asks[i]->err = *err;
        finish(asks[i], false);
    }
}

/* The parameters of all asks, as one array each. */
static void gather(struct pg_columns *columns, struct pg_ask *const asks[], size_t count)
{
    pg_columns_init(columns, asks[0]->count);
    for (size_t i = 0; i < count; i++)
        for (size_t column = 0; column < asks[i]->count; column++)
            pg_columns_param(columns, column, &asks[i]->params[column]);
}

/* Gives each ask its row. */
static bool deal_out(struct pg_ask *const asks[], size_t count, struct pg_result *result,
                     struct err *err)
{
    for (size_t row = 0; row < pg_rows(result); row++) {
        int64_t place = pg_int(result, row, 0);
        if (place < 1 || (size_t)place > count || asks[place - 1]->result != NULL)
            return err_set(err, ERR_INTERNAL, "%s: a row of no caller", asks[0]->statement);
        asks[place - 1]->result = pg_result_share(result);
        asks[place - 1]->row = row;
    }
    for (size_t i = 0; i < count; i++)
        if (asks[i]->result == NULL)
            return err_set(err, ERR_INTERNAL, "%s: no row for a caller", asks[i]->statement);
    return true;
}

static bool run_statement(struct conn *conn, struct pg_ask *const asks[], size_t count,
                          struct pg_result **result, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[PG_COLUMNS_MAX];
    PGresult *res = NULL;
    gather(&columns, asks, count);
    pg_columns_params(&columns, params);
    struct command command = {.name = asks[0]->statement, .params = params, .count = columns.count};
    if (!conn_run(conn, &command, &res, err))
        return false;
    *result = result_new(res);
    return true;
}

static bool connect_now(struct pg_coalesce *coalesce, struct err *err)
{
    if (coalesce->conn != NULL && conn_alive(coalesce->conn))
        return true;
    conn_close(coalesce->conn);
    coalesce->conn = NULL;
    if (!backoff_may_try(&coalesce->backoff))
        return err_set(err, ERR_UNAVAILABLE, "the database cannot be reached");
    bool ok = conn_open(&coalesce->conf, (struct conn_kind){.prepare = true}, &coalesce->conn, err);
    backoff_note(&coalesce->backoff, ok);
    return ok;
}

/* Runs asks of one statement; in halves when one of them is at fault. A server that did not do it
 * in time, or cannot, would not do the halves either. The statement is its own transaction, so a
 * failed batch has done nothing. */
static void run_batch(struct pg_coalesce *coalesce, struct pg_ask *const asks[], size_t count)
{
    struct err err;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!connect_now(coalesce, &err)) {
        err.retry_after_s = 1;
        refuse(asks, count, &err);
        return;
    }
    if (!run_statement(coalesce->conn, asks, count, &result, &err)) {
        if (coalesce->conn->dead || count == 1 || err.code == ERR_UNAVAILABLE) {
            err.retry_after_s = 1;
            refuse(asks, count, &err);
            return;
        }
        log_info("batch_halved", L_STR("statement", asks[0]->statement), L_INT("count", count),
                 L_STR("reason", err.text));
        run_batch(coalesce, asks, count / 2);
        run_batch(coalesce, asks + count / 2, count - count / 2);
        return;
    }
    metric_add("coalesced_batches_total", NO_LABELS, 1);
    metric_add("coalesced_writes_total", NO_LABELS, count);
    if (coalesce->conf.on_commit != NULL)
        coalesce->conf.on_commit(coalesce->conf.on_commit_arg);
    bool ok = deal_out(asks, count, result, &err);
    for (size_t i = 0; i < count; i++) {
        if (!ok)
            asks[i]->err = err;
        finish(asks[i], ok);
    }
}

/* Takes from the queue what has the same statement as its first, in order; the rest stays. */
static size_t take(struct pg_asks *queue, struct pg_ask *batch[])
{
    struct pg_asks rest = {0};
    struct pg_ask *ask;
    size_t count = 0;
    while ((ask = pg_asks_pop(queue)) != NULL) {
        if (count == 0 || (count < BATCH_MAX && strcmp(ask->statement, batch[0]->statement) == 0))
            batch[count++] = ask;
        else
            pg_asks_push(&rest, ask);
    }
    *queue = rest;
    return count;
}

static void *run(void *arg)
{
    struct pg_coalesce *coalesce = arg;
    struct pg_ask *batch[BATCH_MAX];
    log_thread("writes");
    pthread_mutex_lock(&coalesce->lock);
    for (;;) {
        while (coalesce->queue.head == NULL && !coalesce->stopping)
            pthread_cond_wait(&coalesce->came, &coalesce->lock);
        size_t count = take(&coalesce->queue, batch);
        if (count == 0)
            break;
        pthread_mutex_unlock(&coalesce->lock);
        run_batch(coalesce, batch, count);
        pthread_mutex_lock(&coalesce->lock);
    }
    pthread_mutex_unlock(&coalesce->lock);
    return NULL;
}

struct pg_coalesce *pg_coalesce_new(const struct pg_conf *conf)
{
    struct pg_coalesce *coalesce = xcalloc(1, sizeof *coalesce);
    coalesce->conf = *conf;
    coalesce->conf.dsn = coalesce->dsn = xstrdup(conf->dsn);
    coalesce->conf.schema = coalesce->schema = xstrdup(conf->schema);
    coalesce->conf.app_name = coalesce->app_name = xasprintf("%s writes", conf->app_name);
    pthread_mutex_init(&coalesce->lock, NULL);
    pthread_cond_init(&coalesce->came, NULL);
    if (pthread_create(&coalesce->thread, NULL, run, coalesce) != 0)
        panic("no thread for coalesced writes");
    return coalesce;
}

void pg_coalesce_ask(struct pg_coalesce *coalesce, struct pg_ask *ask)
{
    pthread_mutex_lock(&coalesce->lock);
    pg_asks_push(&coalesce->queue, ask);
    pthread_cond_signal(&coalesce->came);
    pthread_mutex_unlock(&coalesce->lock);
}

void pg_coalesce_free(struct pg_coalesce *coalesce)
{
    if (coalesce == NULL)
        return;
    pthread_mutex_lock(&coalesce->lock);
    coalesce->stopping = true;
    pthread_cond_signal(&coalesce->came);
    pthread_mutex_unlock(&coalesce->lock);
    pthread_join(coalesce->thread, NULL);
    conn_close(coalesce->conn);
    pthread_cond_destroy(&coalesce->came);
    pthread_mutex_destroy(&coalesce->lock);
    secret_drop(&coalesce->dsn);
    free(coalesce->schema);
    free(coalesce->app_name);
    free(coalesce);
}

bool pg_coalesce_alone(struct pg_tx *tx, struct pg_ask *ask, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param params[PG_COLUMNS_MAX];
    gather(&columns, &ask, 1);
    pg_columns_params(&columns, params);
    if (!pg_exec(tx, ask->statement, params, columns.count, &result, err))
        return false;
    pg_tx_wake(tx);
    return deal_out(&ask, 1, result, err);
}
