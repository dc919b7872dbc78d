/* What the relay reads while a batch is under way, against a real PostgreSQL. */
#include "db_fixture.h"

#include "events/relay_batch.h"

enum { BATCH = 5000, REST = 700 };

static const struct relay_shards one_part = {.held = {0}, .count = 1};

static struct pg_pool *pool;
static struct pg_session *session;
static struct relay_batch batch, ahead;

/* Rows without a key are in part 0. */
static void fill(int count)
{
    char sql[160];
    snprintf(sql, sizeof sql,
             "INSERT INTO outbox (topic, value) SELECT 't.v1', '{}' FROM generate_series(1, %d)",
             count);
    db_exec(pool, sql);
}

static void read_both(void)
{
    struct err err;
    MUST(relay_batch_read(&batch, &one_part, NULL, session, &err));
    MUST(relay_batch_read(&ahead, &one_part, &batch, session, &err));
}

static void reads_on_behind_a_batch(void **state)
{
    (void)state;
    struct err err;
    size_t deleted;
    fill(BATCH + REST);
    read_both();
    assert_int_equal(batch.count, BATCH);
    assert_true(batch.full);
    assert_int_equal(ahead.count, REST);
    assert_false(ahead.full);
    assert_true(pg_int(ahead.result, 0, 1) > batch.of_part[0].last_id);
    for (size_t i = 0; i < batch.count; i++)
        batch.records[i].acked = true;
    MUST(relay_batch_settle(&batch, session, &deleted, &err));
    assert_int_equal(deleted, BATCH);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox"), REST);
}

/* Whose first event is committed late may have a later one behind the batch, which must not be sent
 * before it. */
static void reads_nothing_past_a_late_row(void **state)
{
    (void)state;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    const struct outbox_raw late = {.topic = "t.v1", .value = "{}", .value_len = 2};
    MUST(pg_begin(pool, &tx, &err));
    MUST(outbox_add_raw(tx, &late, &err));
    fill(BATCH);
    MUST(relay_batch_read(&batch, &one_part, NULL, session, &err));
    assert_int_equal(batch.count, BATCH);
    MUST(pg_commit(&tx, &err));
    fill(REST);
    MUST(relay_batch_read(&ahead, &one_part, &batch, session, &err));
    assert_int_equal(ahead.count, 0);
}

static int set_up(void **state)
{
    struct err err;
    static struct pg_statements tables[2]; /* the pool keeps them */
    tables[0] = relay_batch_statements;
    tables[1] = outbox_statements;
    struct pg_conf conf = {.app_name = "db-test",
                           .connections = 2,
                           .statement_timeout_ms = 20000,
                           .wait_ms = 10000,
                           .statements = tables,
                           .statement_count = LENGTH(tables)};
    if (db_make_schema(state) != 0)
        return -1;
    conf.dsn = db_dsn;
    conf.schema = db_schema;
    pool = pg_pool_new(&conf);
    db_migrate(pool);
    return pg_session_open(&conf, 0, &session, &err) ? 0 : -1;
}

static int clear(void **state)
{
    (void)state;
    relay_batch_fini(&batch);
    relay_batch_fini(&ahead);
    db_exec(pool, "TRUNCATE outbox");
    return 0;
}

static int tear_down(void **state)
{
    pg_session_free(session);
    pg_pool_free(pool);
    return db_drop_schema(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(reads_on_behind_a_batch, clear),
        cmocka_unit_test_teardown(reads_nothing_past_a_late_row, clear),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
