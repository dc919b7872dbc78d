#include "pg/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/deadline.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "pg/backoff.h"

enum { RETRY_AFTER_S = 1 };

struct pg_pool {
    struct pg_conf conf;
    char *dsn, *schema, *app_name; /* conf points at these */
    pthread_mutex_t lock;          /* guards all below */
    pthread_cond_t freed;
    struct conn **idle; /* a stack: the last one used is the warmest */
    int idle_count;
    int open; /* idle, lent and being opened */
    int busy; /* lent and being opened */
    uint64_t waits, timeouts, reconnects;
    struct backoff backoff;
    bool lost; /* the next connection opened replaces a lost one */
};

static char *copy(const char *text)
{
    return text != NULL ? xstrdup(text) : NULL;
}

struct pg_pool *pg_pool_new(const struct pg_conf *conf)
{
    struct pg_pool *pool = xcalloc(1, sizeof *pool);
    pool->conf = *conf;
    pool->conf.dsn = pool->dsn = copy(conf->dsn);
    pool->conf.schema = pool->schema = copy(conf->schema);
    pool->conf.app_name = pool->app_name = copy(conf->app_name);
    if (pool->conf.connections < 1)
        pool->conf.connections = 1;
    pool->idle = xcalloc((size_t)pool->conf.connections, sizeof *pool->idle);
    pthread_mutex_init(&pool->lock, NULL);
    deadline_cond_init(&pool->freed);
    return pool;
}

void pg_pool_free(struct pg_pool *pool)
{
    if (pool == NULL)
        return;
    if (pool->busy > 0)
        panic("%d connections are still lent", pool->busy);
    pool_drop_idle(pool);
    pthread_cond_destroy(&pool->freed);
    pthread_mutex_destroy(&pool->lock);
    free(pool->idle);
    secret_drop(&pool->dsn);
    free(pool->schema);
    free(pool->app_name);
    free(pool);
}

const struct pg_conf *pool_conf(const struct pg_pool *pool)
{
    return &pool->conf;
}

/* Holds lock. */
static void note_attempt(struct pg_pool *pool, bool ok)
{
    backoff_note(&pool->backoff, ok);
    if (ok && pool->lost)
        pool->reconnects++;
    pool->lost = !ok;
}

/* open and busy count the connection already; holds lock on entry and exit, not meanwhile. */
static bool open_one(struct pg_pool *pool, struct conn **out, struct err *err)
{
    pthread_mutex_unlock(&pool->lock);
    bool ok = conn_open(&pool->conf, (struct conn_kind){.prepare = true}, out, err);
    pthread_mutex_lock(&pool->lock);
    note_attempt(pool, ok);
    if (!ok) {
        pool->open--;
        pool->busy--;
        err->retry_after_s = RETRY_AFTER_S;
        pthread_cond_signal(&pool->freed);
    }
    return ok;
}

/* Takes the top of the stack if it lives; NULL when it was lost. Holds lock. */
static struct conn *pop_idle(struct pg_pool *pool)
{
    struct conn *conn = pool->idle[--pool->idle_count];
    if (conn_alive(conn)) {
        pool->busy++;
        return conn;
    }
    pool->open--;
    pool->lost = true;
    conn_close(conn);
    return NULL;
}

bool pool_borrow(struct pg_pool *pool, struct conn **out, struct err *err)
{
    struct timespec until = deadline_in_ms(pool->conf.wait_ms);
    bool waited = false;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        bool ok;
        while (pool->idle_count > 0)
            if ((*out = pop_idle(pool)) != NULL) {
                pthread_mutex_unlock(&pool->lock);
                return true;
            }
        if (pool->open < pool->conf.connections) {
            /* While the database is away one caller at a time finds out whether it is back;
             * everybody else is refused at once instead of tying up a worker. */
            ok = backoff_may_try(&pool->backoff);
            if (ok) {
                pool->open++;
                pool->busy++;
                ok = open_one(pool, out, err);
            } else {
                err_set(err, ERR_UNAVAILABLE, "the database cannot be reached");
                err->retry_after_s = RETRY_AFTER_S;
            }
            pthread_mutex_unlock(&pool->lock);
            return ok;
        }
        pool->waits += !waited;
        waited = true;
        if (pthread_cond_timedwait(&pool->freed, &pool->lock, &until) == ETIMEDOUT &&
            pool->idle_count == 0 && pool->open >= pool->conf.connections) {
            pool->timeouts++;
            pthread_mutex_unlock(&pool->lock);
            err_set(err, ERR_UNAVAILABLE, "no database connection became free in time");
            err->retry_after_s = RETRY_AFTER_S;
            return false;
        }
    }
}

struct conn *pool_borrow_idle(struct pg_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    struct conn *conn = NULL;
    while (conn == NULL && pool->idle_count > 0)
        conn = pop_idle(pool);
    pthread_mutex_unlock(&pool->lock);
    return conn;
}

void pool_return(struct pg_pool *pool, struct conn *conn)
{
    bool usable = !conn->dead && PQtransactionStatus(conn->pg) == PQTRANS_IDLE;
    pthread_mutex_lock(&pool->lock);
    pool->busy--;
    if (usable) {
        pool->idle[pool->idle_count++] = conn;
    } else {
        pool->open--;
        pool->lost = true;
    }
    pthread_cond_signal(&pool->freed);
    pthread_mutex_unlock(&pool->lock);
    if (!usable)
        conn_close(conn);
}

void pool_drop_idle(struct pg_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->idle_count > 0) {
        conn_close(pool->idle[--pool->idle_count]);
        pool->open--;
    }
    pthread_cond_broadcast(&pool->freed);
    pthread_mutex_unlock(&pool->lock);
}

bool pg_pool_check(struct pg_pool *pool, struct err *err)
{
    struct conn *conn;
    if (!pool_borrow(pool, &conn, err))
        return false;
    pool_return(pool, conn);
    return true;
}

void pg_pool_stats(struct pg_pool *pool, struct pg_stats *stats)
{
    pthread_mutex_lock(&pool->lock);
    *stats = (struct pg_stats){.size = pool->open,
                               .busy = pool->busy,
                               .waits = pool->waits,
                               .timeouts = pool->timeouts,
                               .reconnects = pool->reconnects};
    pthread_mutex_unlock(&pool->lock);
}
