/* The pool, transactions and migrations against a real PostgreSQL. */
#include "db_fixture.h"

#include <pthread.h>

#include "base/timefmt.h"

static const struct pg_statement rows[] = {
    {"note_add", "INSERT INTO note (id, text, bytes, at) VALUES ($1, $2, $3, $4)"},
    {"note_get", "SELECT text, bytes, " PG_US("at") " FROM note WHERE id = $1"},
    {"note_count", "SELECT count(*) FROM note"},
    {"pid", "SELECT pg_backend_pid()"},
    {"sleep", "SELECT pg_sleep($1::double precision)"},
    {"uuid", "SELECT $1::uuid"},
};
static const struct pg_statements statements = {TABLE(rows)};

static struct pg_pool *pool;
static int commits;

static void on_commit(void *arg)
{
    (void)arg;
    commits++;
}

static struct pg_conf conf_with(int connections, int timeout_ms, int wait_ms)
{
    return (struct pg_conf){.dsn = db_dsn,
                            .schema = db_schema,
                            .app_name = "db-test",
                            .connections = connections,
                            .statement_timeout_ms = timeout_ms,
                            .wait_ms = wait_ms,
                            .statements = &statements,
                            .statement_count = 1,
                            .on_commit = on_commit};
}

static int64_t backend_of(struct pg_tx *tx)
{
    struct err err;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    MUST(pg_exec(tx, "pid", NULL, 0, &result, &err));
    return pg_int(result, 0, 0);
}

/* From a connection of another pool, until the victim is gone. */
static void end_backend(int64_t pid)
{
    char sql[128];
    struct pg_pool *other = db_pool(1, NULL, 0);
    snprintf(sql, sizeof sql, "SELECT pg_terminate_backend(%lld, 5000)", (long long)pid);
    db_exec(other, sql);
    pg_pool_free(other);
}

static int64_t notes(void)
{
    struct err err;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    MUST(pg_query(pool, "note_count", NULL, 0, &result, &err));
    return pg_int(result, 0, 0);
}

static void commits_and_rolls_back(void **state)
{
    (void)state;
    struct err err;
    size_t len;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    int64_t before = notes();
    MUST(pg_begin(pool, &tx, &err));
    MUST(pg_exec(tx, "note_add",
                 PARAMS(P_INT(1), P_STR("a'\"\\"), P_BYTES("\0\1\xff", 3), P_TIME(1500000)), NULL,
                 &err));
    MUST(pg_commit(&tx, &err));
    assert_null(tx);
    MUST(pg_begin(pool, &tx, &err));
    MUST(pg_exec(tx, "note_add", PARAMS(P_INT(2), P_NULL, P_BYTES("", 0), P_NULL), NULL, &err));
    pg_tx_drop(&tx);
    assert_int_equal(notes(), before + 1);
    MUST(pg_query(pool, "note_get", PARAMS(P_INT(1)), &result, &err));
    assert_string_equal(pg_str(result, 0, 0), "a'\"\\");
    void *bytes = pg_bytes(result, 0, 1, &len);
    assert_int_equal(len, 3);
    assert_memory_equal(bytes, "\0\1\xff", 3);
    free(bytes);
    assert_int_equal(pg_int(result, 0, 2), 1500000);
}

static void wakes_only_when_asked_and_committed(void **state)
{
    (void)state;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    commits = 0;
    for (int turn = 0; turn < 3; turn++) {
        MUST(pg_begin(pool, &tx, &err));
        (void)backend_of(tx);
        if (turn > 0)
            pg_tx_wake(tx);
        if (turn < 2)
            MUST(pg_commit(&tx, &err));
        pg_tx_drop(&tx);
    }
    assert_int_equal(commits, 1);
}

static void errors_have_their_codes(void **state)
{
    (void)state;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    for (int turn = 0; turn < 2; turn++) {
        MUST(pg_begin(pool, &tx, &err));
        bool ok = pg_exec(tx, "note_add", PARAMS(P_INT(7), P_STR("x"), P_NULL, P_NULL), NULL, &err);
        assert_int_equal(ok, turn == 0);
        if (turn == 0)
            MUST(pg_commit(&tx, &err));
    }
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_string_equal(err.name, "note_pkey");
    assert_false(pg_commit(&tx, &err)); /* of a failed transaction */
    assert_null(tx);
    assert_false(pg_query(pool, "uuid", PARAMS(P_STR("secret text")), NULL, &err));
    assert_int_equal(err.code, ERR_INVALID);
    assert_null(strstr(err.text, "secret text"));
    assert_false(pg_query(pool, "no such", NULL, 0, NULL, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
}

static void a_broken_statement_fails_the_check(void **state)
{
    (void)state;
    struct err err;
    const struct pg_statement bad[] = {{"fine", "SELECT 1"}, {"broken", "SELECT * FROM nowhere"}};
    const struct pg_statements tables[] = {statements, {TABLE(bad)}};
    struct pg_pool *other = db_pool(1, tables, 2);
    assert_false(pg_pool_check(other, &err));
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_non_null(strstr(err.text, "broken"));
    pg_pool_free(other);
}

static void a_slow_statement_is_ended(void **state)
{
    (void)state;
    struct err err;
    struct pg_conf conf = conf_with(1, 100, 1000);
    struct pg_pool *other = pg_pool_new(&conf);
    assert_false(pg_query(other, "sleep", PARAMS(P_INT(5)), NULL, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    MUST(pg_ping(other, &err));
    pg_pool_free(other);
}

static void waits_no_longer_than_told(void **state)
{
    (void)state;
    struct err err;
    struct pg_stats stats;
    struct pg_conf conf = conf_with(1, 1000, 50);
    struct pg_pool *other = pg_pool_new(&conf);
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    MUST(pg_begin(other, &tx, &err));
    int64_t begun_us = time_mono_us();
    assert_false(pg_ping(other, &err));
    assert_in_range(time_mono_us() - begun_us, 45000, 2000000);
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    assert_true(err.retry_after_s > 0);
    pg_tx_drop(&tx);
    MUST(pg_ping(other, &err));
    pg_pool_stats(other, &stats);
    assert_int_equal(stats.size, 1);
    assert_int_equal(stats.busy, 0);
    assert_int_equal(stats.waits, 1);
    assert_int_equal(stats.timeouts, 1);
    pg_pool_free(other);
}

static void a_lost_connection_is_replaced(void **state)
{
    (void)state;
    struct err err;
    struct pg_stats stats;
    struct pg_conf conf = conf_with(1, 5000, 1000);
    struct pg_pool *other = pg_pool_new(&conf);
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    MUST(pg_begin(other, &tx, &err));
    end_backend(backend_of(tx));
    assert_false(pg_exec(tx, "pid", NULL, 0, NULL, &err)); /* in a transaction: it failed */
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    pg_tx_drop(&tx);
    MUST(pg_begin(other, &tx, &err)); /* idle in the pool: nobody notices */
    int64_t pid = backend_of(tx);
    pg_tx_drop(&tx);
    end_backend(pid);
    MUST(pg_begin(other, &tx, &err));
    assert_true(backend_of(tx) != pid);
    pg_tx_drop(&tx);
    MUST(pg_ping(other, &err));
    pg_pool_stats(other, &stats);
    assert_int_equal(stats.reconnects, 2);
    pg_pool_free(other);
}

static void refuses_at_once_while_there_is_no_database(void **state)
{
    (void)state;
    struct err err;
    struct pg_conf conf = conf_with(2, 1000, 5000);
    conf.dsn = "host=/nonexistent dbname=none";
    struct pg_pool *other = pg_pool_new(&conf);
    int64_t begun_us = time_mono_us();
    for (int i = 0; i < 200; i++) {
        assert_false(pg_ping(other, &err));
        assert_int_equal(err.code, ERR_UNAVAILABLE);
    }
    assert_in_range(time_mono_us() - begun_us, 0, 2000000);
    pg_pool_free(other);
}

static void *use_pool(void *arg)
{
    struct err err;
    for (int i = 0; i < 200; i++) {
        scoped(pg_tx_drop) struct pg_tx *tx = NULL;
        if (!pg_begin(arg, &tx, &err) || !pg_exec(tx, "pid", NULL, 0, NULL, &err) ||
            !pg_commit(&tx, &err) || !pg_query(arg, "note_count", NULL, 0, NULL, &err))
            return xstrdup(err.text);
    }
    return NULL;
}

static void many_threads_share_few_connections(void **state)
{
    (void)state;
    pthread_t threads[8];
    struct pg_conf conf = conf_with(3, 5000, 5000);
    struct pg_pool *other = pg_pool_new(&conf);
    for (size_t i = 0; i < LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, use_pool, other), 0);
    for (size_t i = 0; i < LENGTH(threads); i++) {
        void *failure;
        pthread_join(threads[i], &failure);
        assert_null(failure);
    }
    struct pg_stats stats;
    pg_pool_stats(other, &stats);
    assert_in_range(stats.size, 1, 3);
    pg_pool_free(other);
}

static void *migrate_slowly(void *arg)
{
    struct err err;
    size_t applied = 0;
    const struct migration row = {"t/002.sql", "SELECT pg_sleep(0.1); CREATE TABLE once (id int)"};
    if (!migrate_run(arg, &row, 1, &applied, &err))
        return (void *)(intptr_t)-1;
    return (void *)(intptr_t)applied;
}

static void migrations_are_applied_once(void **state)
{
    (void)state;
    pthread_t threads[3];
    intptr_t sum = 0;
    for (size_t i = 0; i < LENGTH(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, migrate_slowly, pool), 0);
    for (size_t i = 0; i < LENGTH(threads); i++) {
        void *applied;
        pthread_join(threads[i], &applied);
        assert_true((intptr_t)applied >= 0);
        sum += (intptr_t)applied;
    }
    assert_int_equal(sum, 1);
}

static void migrations_are_checked(void **state)
{
    (void)state;
    struct err err;
    size_t applied;
    const struct migration good = {"t/003.sql", "CREATE TABLE third (id int)"};
    const struct migration edited = {"t/003.sql", "CREATE TABLE third (id bigint)"};
    const struct migration bad = {"t/004.sql", "CREATE TABLE fourth (id int); SELECT nonsense"};
    assert_false(migrate_check(pool, &good, 1, &err));
    assert_int_equal(err.code, ERR_UNAVAILABLE);
    MUST(migrate_run(pool, &good, 1, &applied, &err));
    assert_int_equal(applied, 1);
    MUST(migrate_check(pool, &good, 1, &err));
    assert_false(migrate_check(pool, &edited, 1, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(migrate_run(pool, &edited, 1, &applied, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(migrate_run(pool, &bad, 1, &applied, &err));
    assert_non_null(strstr(err.text, "t/004.sql"));
    assert_int_equal(db_int(pool, "SELECT (to_regclass('fourth') IS NULL)::int"), 1);
}

static void a_missing_schema_is_named(void **state)
{
    (void)state;
    struct err err;
    size_t applied;
    struct pg_conf conf = conf_with(1, 1000, 1000);
    conf.schema = "no such schema";
    struct pg_pool *other = pg_pool_new(&conf);
    assert_false(migrate_run(other, &(struct migration){"x", "SELECT 1"}, 1, &applied, &err));
    assert_non_null(strstr(err.text, "roles.sql"));
    pg_pool_free(other);
}

static int set_up(void **state)
{
    if (db_make_schema(state) != 0)
        return -1;
    struct pg_pool *maker = db_pool(1, NULL, 0);
    db_exec(maker, "CREATE TABLE note (id bigint PRIMARY KEY, text text, bytes bytea,"
                   " at timestamptz)");
    pg_pool_free(maker);
    struct pg_conf conf = conf_with(2, 5000, 5000);
    pool = pg_pool_new(&conf);
    return 0;
}

static int tear_down(void **state)
{
    pg_pool_free(pool);
    return db_drop_schema(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commits_and_rolls_back),
        cmocka_unit_test(wakes_only_when_asked_and_committed),
        cmocka_unit_test(errors_have_their_codes),
        cmocka_unit_test(a_broken_statement_fails_the_check),
        cmocka_unit_test(a_slow_statement_is_ended),
        cmocka_unit_test(waits_no_longer_than_told),
        cmocka_unit_test(a_lost_connection_is_replaced),
        cmocka_unit_test(refuses_at_once_while_there_is_no_database),
        cmocka_unit_test(many_threads_share_few_connections),
        cmocka_unit_test(migrations_are_applied_once),
        cmocka_unit_test(migrations_are_checked),
        cmocka_unit_test(a_missing_schema_is_named),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
