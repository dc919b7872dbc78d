/* db_fixture - a schema of its own for a test program, in the database of TEST_DATABASE_URL. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "events/outbox.h"
#include "pg/migrate.h"
#include "pg/pg.h"

#define MUST(call)                                                                                 \
    do {                                                                                           \
        if (!(call))                                                                               \
            fail_msg("%s: %s", #call, err.text);                                                   \
    } while (0)

static char db_schema[64];
static const char *db_dsn;

/* Parallel runs do not meet: the schema's name carries the process id. */
static inline void db_exec(struct pg_pool *pool, const char *sql)
{
    struct err err;
    struct pg_tx *tx = NULL;
    MUST(pg_begin(pool, &tx, &err));
    MUST(pg_exec_sql(tx, sql, NULL, 0, NULL, &err));
    MUST(pg_commit(&tx, &err));
}

static inline int64_t db_int(struct pg_pool *pool, const char *sql)
{
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    MUST(pg_begin(pool, &tx, &err));
    MUST(pg_exec_sql(tx, sql, NULL, 0, &result, &err));
    return pg_rows(result) > 0 ? pg_int(result, 0, 0) : -1;
}

static inline struct pg_pool *db_pool(int connections, const struct pg_statements *tables,
                                      size_t count)
{
    return pg_pool_new(&(struct pg_conf){.dsn = db_dsn,
                                         .schema = db_schema,
                                         .app_name = "db-test",
                                         .connections = connections,
                                         .statement_timeout_ms = 20000,
                                         .wait_ms = 10000,
                                         .statements = tables,
                                         .statement_count = count});
}

static inline char *db_read_file(const char *path)
{
    struct buf text = {0};
    char block[4096];
    ssize_t got;
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    while ((got = read(fd, block, sizeof block)) > 0)
        buf_add(&text, block, (size_t)got);
    close(fd);
    return text.data;
}

/* The backbone's tables from the files that the daemons embed; run in common/. */
static inline void db_migrate(struct pg_pool *pool)
{
    struct err err;
    size_t applied;
    scoped(str_drop) char *first = db_read_file("../sql/backbone/001_init.sql");
    scoped(str_drop) char *letters = db_read_file("../sql/backbone/003_dead_letter.sql");
    scoped(str_drop) char *shards = db_read_file("../sql/backbone/004_outbox_shards.sql");
    scoped(str_drop) char *people = db_read_file("../sql/backbone/005_people.sql");
    const struct migration files[] = {{"backbone/001_init.sql", first},
                                      {"backbone/003_dead_letter.sql", letters},
                                      {"backbone/004_outbox_shards.sql", shards},
                                      {"backbone/005_people.sql", people}};
    MUST(migrate_run(pool, files, LENGTH(files), &applied, &err));
}

static inline int db_make_schema(void **state)
{
    (void)state;
    log_init("db-test", LOG_ERROR);
    db_dsn = getenv("TEST_DATABASE_URL");
    if (db_dsn == NULL)
        return -1;
    struct pg_pool *pool = db_pool(1, NULL, 0);
    snprintf(db_schema, sizeof db_schema, "common_test_%d", (int)getpid());
    char sql[128];
    snprintf(sql, sizeof sql, "CREATE SCHEMA %s", db_schema);
    db_exec(pool, sql);
    pg_pool_free(pool);
    return 0;
}

static inline int db_drop_schema(void **state)
{
    (void)state;
    struct pg_pool *pool = db_pool(1, NULL, 0);
    char sql[128];
    snprintf(sql, sizeof sql, "DROP SCHEMA %s CASCADE", db_schema);
    db_exec(pool, sql);
    pg_pool_free(pool);
    return 0;
}
