#include "pg/migrate.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "pg/pool.h"

/* A lock of the transaction: it ends with it however that ends, so nothing stays behind. */
static const char lock_sql[] =
    "SELECT pg_advisory_xact_lock(hashtextextended('migrate:' || current_schema(), 0))";
static const char table_sql[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
                                " name text PRIMARY KEY, checksum text NOT NULL,"
                                " applied_at timestamptz NOT NULL DEFAULT now())";

static void checksum_of(const char *sql, char out[static SHA256_HEX_SIZE])
{
    unsigned char digest[SHA256_SIZE];
    sha256(sql, strlen(sql), digest);
    sha256_hex(digest, out);
}

static bool run(struct conn *conn, const char *sql, struct err *err)
{
    PGresult *res = NULL;
    bool ok = conn_run(conn, &(struct command){.sql = sql, .script = true}, &res, err);
    PQclear(res);
    return ok;
}

static bool fetch(struct conn *conn, const char *sql, const struct pg_param *params, size_t count,
                  struct pg_result **result, struct err *err)
{
    PGresult *res = NULL;
    struct command command = {.sql = sql, .params = params, .count = count};
    if (!conn_run(conn, &command, &res, err))
        return false;
    *result = result_new(res);
    return true;
}

enum state { MISSING, APPLIED };

static bool look(struct conn *conn, const struct migration *row, enum state *state, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *found = NULL;
    char checksum[SHA256_HEX_SIZE];
    if (!fetch(conn, "SELECT checksum FROM schema_migration WHERE name = $1",
               PARAMS(P_STR(row->name)), &found, err))
        return false;
    *state = pg_rows(found) == 1 ? APPLIED : MISSING;
    checksum_of(row->sql, checksum);
    if (*state == APPLIED && strcmp(pg_str(found, 0, 0), checksum) != 0)
        return err_set(err, ERR_CONFLICT, "%s was changed after it was applied", row->name);
    return true;
}

/* In the transaction that holds the lock. */
static bool apply(struct conn *conn, const struct migration *row, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *recorded = NULL;
    char checksum[SHA256_HEX_SIZE];
    checksum_of(row->sql, checksum);
    if (!run(conn, row->sql, err)) {
        err_wrap(err, ": ");
        return err_wrap(err, row->name);
    }
    return fetch(conn, "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)",
                 PARAMS(P_STR(row->name), P_STR(checksum)), &recorded, err);
}

static bool apply_missing(struct conn *conn, const struct migration *row, size_t *applied,
                          struct err *err)
{
    enum state state = MISSING;
    bool ok = run(conn, "BEGIN", err) && run(conn, lock_sql, err) && look(conn, row, &state, err) &&
              (state == APPLIED || apply(conn, row, err)) && run(conn, "COMMIT", err);
    if (ok && state == MISSING) {
        (*applied)++;
        log_info("migrated", L_STR("name", row->name));
    }
    return ok;
}

static bool prepare_table(struct conn *conn, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *schema = NULL;
    if (!fetch(conn, "SELECT current_schema()", NULL, 0, &schema, err))
        return false;
    if (pg_is_null(schema, 0, 0))
        return err_set(err, ERR_INVALID, "the schema does not exist; run sql/roles.sql first");
    return run(conn, "BEGIN", err) && run(conn, lock_sql, err) && run(conn, table_sql, err) &&
           run(conn, "COMMIT", err);
}

/* On a connection of its own: the pool's prepare statements on tables that are about to be made,
 * and have a timeout that a change of a large table may well pass. */
bool migrate_run(struct pg_pool *pool, const struct migration *rows, size_t count, size_t *applied,
                 struct err *err)
{
    struct pg_conf conf = *pool_conf(pool);
    struct conn *conn;
    conf.statement_timeout_ms = 0;
    *applied = 0;
    if (!conn_open(&conf, (struct conn_kind){.prepare = false}, &conn, err))
        return false;
    bool ok = run(conn, "SET lock_timeout = 0", err) && prepare_table(conn, err);
    for (size_t i = 0; ok && i < count; i++)
        ok = apply_missing(conn, &rows[i], applied, err);
    conn_close(conn);
    return ok;
}

static bool check(struct conn *conn, const struct migration *rows, size_t count, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *table = NULL;
    if (!fetch(conn, "SELECT to_regclass('schema_migration') IS NOT NULL", NULL, 0, &table, err))
        return false;
    enum state state = MISSING;
    for (size_t i = 0; i < count; i++) {
        if (pg_bool(table, 0, 0) && !look(conn, &rows[i], &state, err))
            return false;
        if (state == MISSING)
            return err_set(err, ERR_UNAVAILABLE, "%s is not applied: run migrate", rows[i].name);
    }
    return true;
}

/* A connection of the pool serves if one is there. A new one of the pool could not prepare its
 * statements while a table is missing, and would say so instead of naming the missing file. */
bool migrate_check(struct pg_pool *pool, const struct migration *rows, size_t count,
                   struct err *err)
{
    struct conn *conn = pool_borrow_idle(pool);
    if (conn != NULL) {
        bool ok = check(conn, rows, count, err);
        pool_return(pool, conn);
        return ok;
    }
    if (!conn_open(pool_conf(pool), (struct conn_kind){.prepare = false}, &conn, err))
        return false;
    bool ok = check(conn, rows, count, err);
    conn_close(conn);
    return ok;
}
