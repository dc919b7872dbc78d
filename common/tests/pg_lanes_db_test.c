/* The pipeline and the coalescer against a real PostgreSQL: isolation of failures, lost
 * connections, commits shared. */
#include "db_fixture.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/timefmt.h"
#include "pg/coalesce.h"
#include "pg/pipeline.h"

enum { MANY = 400, DEADLINE_S = 20 };

static const struct pg_statement rows[] = {
    {"divide", "SELECT 1000 / $1::int, $1::int"},
    {"slow", "SELECT $1::int FROM pg_sleep(0.4)"},
    {"put",
     "WITH i AS (SELECT * FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS i (id, name, n)),"
     " put AS (INSERT INTO thing (id, name) SELECT id, name FROM i RETURNING id, name)"
     " SELECT n, put.name FROM i JOIN put USING (id)"},
    {"put_slowly",
     "WITH i AS (SELECT * FROM unnest($1::int[], $2::text[]) WITH ORDINALITY AS i (id, name, n)),"
     " put AS (INSERT INTO thing (id, name) SELECT id, name FROM i RETURNING id, name)"
     " SELECT n, put.name FROM i JOIN put USING (id) CROSS JOIN (SELECT pg_sleep(0.4)) AS s"},
};
static const struct pg_statements statements = {TABLE(rows)};

static struct pg_pool *pool;
static struct pg_ask asks[MANY];
static char names[MANY][16];
static atomic_int answered, commits;

static void on_done(struct pg_ask *ask)
{
    (void)ask;
    atomic_fetch_add(&answered, 1);
}

static void on_commit(void *arg)
{
    (void)arg;
    atomic_fetch_add(&commits, 1);
}

static struct pg_conf conf_of(const char *dsn)
{
    return (struct pg_conf){.dsn = dsn,
                            .schema = db_schema,
                            .app_name = "lanes-test",
                            .statement_timeout_ms = 5000,
                            .statements = &statements,
                            .statement_count = 1,
                            .on_commit = on_commit};
}

static void await_answers(int wanted)
{
    int64_t until_us = time_mono_us() + DEADLINE_S * US_PER_S;
    while (answered < wanted) {
        if (time_mono_us() > until_us)
            fail_msg("%d of %d answers", answered, wanted);
        usleep(2000);
    }
}

static void await_sql(const char *sql, int64_t wanted)
{
    int64_t until_us = time_mono_us() + DEADLINE_S * US_PER_S;
    while (db_int(pool, sql) != wanted) {
        if (time_mono_us() > until_us)
            fail_msg("%s did not become %lld", sql, (long long)wanted);
        usleep(2000);
    }
}

static struct pg_ask *fill(int i, const char *statement, int64_t number)
{
    pg_result_drop(&asks[i].result);
    asks[i] = (struct pg_ask){.statement = statement, .done = on_done};
    pg_ask_add(&asks[i], P_INT(number));
    return &asks[i];
}

static struct pg_ask *fill_put(int i, const char *statement, int64_t id)
{
    struct pg_ask *ask = fill(i, statement, id);
    snprintf(names[i], sizeof names[i], "name %lld", (long long)id);
    pg_ask_add(ask, P_STR(names[i]));
    return ask;
}

static const char kill_lanes[] =
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE"
    " 'lanes-test %' AND state = 'active'";
static const char active_lanes[] =
    "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'lanes-test %'"
    " AND state = 'active' AND wait_event = 'PgSleep'";

static int reset(void **state)
{
    (void)state;
    answered = commits = 0;
    db_exec(pool, "TRUNCATE thing");
    return 0;
}

/* Every tenth read divides by zero; each of the others has its own answer. */
static void a_failing_read_harms_no_other(void **state)
{
    (void)state;
    struct pg_conf conf = conf_of(db_dsn);
    struct pg_pipeline *pipeline = pg_pipeline_new(&conf);
    for (int i = 0; i < MANY; i++)
        pg_pipeline_ask(pipeline, fill(i, "divide", i % 10));
    await_answers(MANY);
    pg_pipeline_free(pipeline);
    for (int i = 0; i < MANY; i++) {
        assert_int_equal(asks[i].ok, i % 10 != 0);
        if (asks[i].ok)
            assert_int_equal(pg_int(asks[i].result, 0, 1), i % 10);
        else
            assert_int_equal(asks[i].err.code, ERR_INVALID);
    }
}

static void reads_outlive_a_lost_connection(void **state)
{
    (void)state;
    struct pg_conf conf = conf_of(db_dsn);
    struct pg_pipeline *pipeline = pg_pipeline_new(&conf);
    pg_pipeline_ask(pipeline, fill(0, "slow", 0));
    for (int i = 1; i < 20; i++)
        pg_pipeline_ask(pipeline, fill(i, "divide", i));
    await_sql(active_lanes, 1);
    assert_int_equal(db_int(pool, kill_lanes), 1);
    await_answers(20);
    for (int i = 0; i < 20; i++)
        assert_true(asks[i].ok);
    /* Lost twice is told. */
    answered = 0;
    pg_pipeline_ask(pipeline, fill(0, "slow", 0));
    for (int twice = 0; twice < 2; twice++) {
        await_sql(active_lanes, 1);
        assert_int_equal(db_int(pool, kill_lanes), 1);
        await_sql(active_lanes, twice == 0 ? 1 : 0);
    }
    await_answers(1);
    assert_false(asks[0].ok);
    assert_int_equal(asks[0].err.code, ERR_UNAVAILABLE);
    pg_pipeline_free(pipeline);
}

static void no_database_is_told_at_once(void **state)
{
    (void)state;
    struct pg_conf conf = conf_of("host=127.0.0.1 port=1");
    struct pg_pipeline *pipeline = pg_pipeline_new(&conf);
    struct pg_coalesce *coalesce = pg_coalesce_new(&conf);
    int64_t began_us = time_mono_us();
    for (int i = 0; i < 50; i++)
        pg_pipeline_ask(pipeline, fill(i, "divide", 1));
    for (int i = 50; i < 100; i++)
        pg_coalesce_ask(coalesce, fill_put(i, "put", i));
    await_answers(100);
    assert_true(time_mono_us() - began_us < 3 * US_PER_S);
    for (int i = 0; i < 100; i++) {
        assert_false(asks[i].ok);
        assert_int_equal(asks[i].err.code, ERR_UNAVAILABLE);
        assert_int_equal(asks[i].err.retry_after_s, 1);
    }
    pg_pipeline_free(pipeline);
    pg_coalesce_free(coalesce);
}

static void writes_share_commits(void **state)
{
    (void)state;
    struct pg_conf conf = conf_of(db_dsn);
    struct pg_coalesce *coalesce = pg_coalesce_new(&conf);
    for (int i = 0; i < MANY; i++)
        pg_coalesce_ask(coalesce, fill_put(i, "put", i));
    await_answers(MANY);
    pg_coalesce_free(coalesce);
    for (int i = 0; i < MANY; i++) {
        assert_true(asks[i].ok);
        assert_string_equal(pg_str(asks[i].result, asks[i].row, 1), names[i]);
    }
    assert_int_equal(db_int(pool, "SELECT count(*) FROM thing"), MANY);
    assert_in_range(commits, 1, MANY / 4);
    assert_int_equal(db_int(pool, "SELECT count(DISTINCT xmin::text) FROM thing"), commits);
}

/* Two of many break a constraint; only these are refused. */
static void a_bad_write_is_refused_alone(void **state)
{
    (void)state;
    struct pg_conf conf = conf_of(db_dsn);
    struct pg_coalesce *coalesce = pg_coalesce_new(&conf);
    for (int i = 0; i < MANY; i++)
        pg_coalesce_ask(coalesce, fill_put(i, "put", i == 100 ? -1 : i == 301 ? 300 : i));
    await_answers(MANY);
    pg_coalesce_free(coalesce);
    assert_int_equal(asks[100].err.code, ERR_INVALID);
    assert_int_equal(asks[301].err.code, ERR_CONFLICT);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(asks[i].ok, i != 100 && i != 301);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM thing"), MANY - 2);
}

/* A lost connection refuses what it carried and nothing else. */
static void a_lost_connection_refuses_what_it_carried(void **state)
{
    (void)state;
    struct pg_conf conf = conf_of(db_dsn);
    struct pg_coalesce *coalesce = pg_coalesce_new(&conf);
    for (int i = 0; i < 10; i++)
        pg_coalesce_ask(coalesce, fill_put(i, "put_slowly", i));
    await_sql(active_lanes, 1);
    for (int i = 10; i < 20; i++)
        pg_coalesce_ask(coalesce, fill_put(i, "put", i));
    assert_int_equal(db_int(pool, kill_lanes), 1);
    await_answers(20);
    pg_coalesce_free(coalesce);
    int refused = 0;
    for (int i = 0; i < 20; i++) {
        refused += !asks[i].ok;
        if (!asks[i].ok)
            assert_int_equal(asks[i].err.code, ERR_UNAVAILABLE);
    }
    for (int i = 10; i < 20; i++)
        assert_true(asks[i].ok);
    assert_in_range(refused, 1, 10);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM thing"), 20 - refused);
}

static int set_up(void **state)
{
    if (db_make_schema(state) != 0)
        return -1;
    pool = db_pool(2, NULL, 0);
    db_exec(pool, "CREATE TABLE thing (id int PRIMARY KEY CHECK (id >= 0), name text)");
    return 0;
}

static int tear_down(void **state)
{
    for (int i = 0; i < MANY; i++)
        pg_result_drop(&asks[i].result);
    pg_pool_free(pool);
    return db_drop_schema(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_failing_read_harms_no_other, reset),
        cmocka_unit_test_setup(reads_outlive_a_lost_connection, reset),
        cmocka_unit_test_setup(no_database_is_told_at_once, reset),
        cmocka_unit_test_setup(writes_share_commits, reset),
        cmocka_unit_test_setup(a_bad_write_is_refused_alone, reset),
        cmocka_unit_test_setup(a_lost_connection_refuses_what_it_carried, reset),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
