#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/pool.h"

struct pg_tx {
    struct pg_pool *pool;
    struct conn *conn;
    bool begun; /* BEGIN travels with the first statement */
    bool failed;
    bool wake;
};

bool pg_begin(struct pg_pool *pool, struct pg_tx **tx, struct err *err)
{
    struct conn *conn;
    if (!pool_borrow(pool, &conn, err))
        return false;
    *tx = xcalloc(1, sizeof **tx);
    (*tx)->pool = pool;
    (*tx)->conn = conn;
    return true;
}

static void end(struct pg_tx **tx)
{
    pool_return((*tx)->pool, (*tx)->conn);
    free(*tx);
    *tx = NULL;
}

void pg_tx_drop(struct pg_tx **tx)
{
    if (*tx == NULL)
        return;
    struct conn *conn = (*tx)->conn;
    if ((*tx)->begun && !conn->dead) {
        PGresult *res = NULL;
        struct err err;
        if (!conn_run(conn, &(struct command){.sql = "ROLLBACK", .script = true}, &res, &err))
            conn->dead = true; /* closing it rolls back as well */
        PQclear(res);
    }
    end(tx);
}

void pg_tx_wake(struct pg_tx *tx)
{
    tx->wake = true;
}

bool pg_commit(struct pg_tx **tx, struct err *err)
{
    struct pg_tx *t = *tx;
    const struct pg_conf *conf = pool_conf(t->pool);
    if (t->failed) {
        pg_tx_drop(tx);
        return err_set(err, ERR_INTERNAL, "commit of a transaction in which a statement failed");
    }
    if (t->begun) {
        PGresult *res = NULL;
        bool ok = conn_run(t->conn, &(struct command){.sql = "COMMIT", .script = true}, &res, err);
        PQclear(res);
        if (!ok) {
            err_wrap(err, "commit: ");
            end(tx);
            return false;
        }
    }
    bool wake = t->wake;
    end(tx);
    if (wake && conf->on_commit != NULL)
        conf->on_commit(conf->on_commit_arg);
    return true;
}

static bool run_in(struct pg_tx *tx, struct command *command, struct pg_result **result,
                   struct err *err)
{
    PGresult *res = NULL;
    if (tx->failed)
        return err_set(err, ERR_INTERNAL, "a statement after a failed one in its transaction");
    command->begin = !tx->begun;
    tx->begun = true;
    if (!conn_run(tx->conn, command, &res, err)) {
        tx->failed = true;
        return false;
    }
    if (result != NULL)
        *result = result_new(res);
    else
        PQclear(res);
    return true;
}

bool pg_exec(struct pg_tx *tx, const char *statement, const struct pg_param *params, size_t count,
             struct pg_result **result, struct err *err)
{
    struct command command = {.name = statement, .params = params, .count = count};
    return run_in(tx, &command, result, err);
}

bool pg_exec_sql(struct pg_tx *tx, const char *sql, const struct pg_param *params, size_t count,
                 struct pg_result **result, struct err *err)
{
    struct command command = {.sql = sql, .params = params, .count = count};
    return run_in(tx, &command, result, err);
}

bool pg_exec_sql_binary(struct pg_tx *tx, const char *sql, const struct pg_param *params,
                        size_t count, struct pg_result **result, struct err *err)
{
    struct command command = {.sql = sql, .params = params, .count = count, .binary = true};
    return run_in(tx, &command, result, err);
}

static bool run_single(struct pg_pool *pool, const struct command *command,
                       struct pg_result **result, struct err *err)
{
    for (bool again = false;; again = true) {
        struct conn *conn;
        PGresult *res = NULL;
        if (!pool_borrow(pool, &conn, err))
            return false;
        bool ok = conn_run(conn, command, &res, err);
        /* A deadline that passed is no lost connection: trying again would double the wait. */
        bool lost = conn->dead && PQstatus(conn->pg) == CONNECTION_BAD;
        pool_return(pool, conn);
        if (ok && result != NULL)
            *result = result_new(res);
        else
            PQclear(res);
        if (ok || !lost || again)
            return ok;
        pool_drop_idle(pool);
    }
}

bool pg_query(struct pg_pool *pool, const char *statement, const struct pg_param *params,
              size_t count, struct pg_result **result, struct err *err)
{
    return run_single(pool, &(struct command){.name = statement, .params = params, .count = count},
                      result, err);
}

bool pg_ping(struct pg_pool *pool, struct err *err)
{
    return run_single(pool, &(struct command){.sql = "SELECT 1"}, NULL, err);
}
