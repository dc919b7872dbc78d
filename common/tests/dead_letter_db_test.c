/* The notes of dead letters and the purge of what is old, against a real PostgreSQL. */
#include "db_fixture.h"

#include "events/dead_letter.h"
#include "operator/operator.h"

static struct pg_pool *pool;

static bool claim(const struct dead_letter *letter, enum dead_state state)
{
    struct err err;
    bool claimed;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    MUST(pg_begin(pool, &tx, &err));
    MUST(dead_letter_claim(tx, letter, state, &claimed, &err));
    MUST(pg_commit(&tx, &err));
    return claimed;
}

/* What differs in anything of the key is another dead letter. */
static void known_by_its_whole_key(void **state)
{
    struct err err;
    enum dead_state found;
    int64_t handled_us;
    struct dead_letter letter = {.topic = "expense.v1",
                                 .partition = 1,
                                 .offset = 7,
                                 .attempts = 1,
                                 .first_failure_us = 1700000000123456};
    (void)state;
    MUST(dead_letter_find(pool, &letter, &found, &handled_us, &err));
    assert_int_equal(found, DEAD_OPEN);
    assert_true(claim(&letter, DEAD_FAILED_AGAIN));
    assert_false(claim(&letter, DEAD_DROPPED));
    MUST(dead_letter_find(pool, &letter, &found, &handled_us, &err));
    assert_int_equal(found, DEAD_FAILED_AGAIN);
    assert_true(handled_us > 0);
    letter.attempts++;
    assert_true(claim(&letter, DEAD_REPLAYED));
    letter.first_failure_us++;
    assert_true(claim(&letter, DEAD_SKIPPED));
    letter.partition++;
    assert_true(claim(&letter, DEAD_DROPPED));
}

static size_t purge(bool (*some)(struct pg_tx *, int, size_t *, struct err *), int limit)
{
    struct err err;
    size_t purged;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    MUST(pg_begin(pool, &tx, &err));
    MUST(some(tx, limit, &purged, &err));
    MUST(pg_commit(&tx, &err));
    return purged;
}

static void purges_what_is_old_in_batches(void **state)
{
    (void)state;
    db_exec(pool, "DELETE FROM dead_letter_handled");
    db_exec(pool, "INSERT INTO dead_letter_handled (topic, partition, record_offset, first_failure,"
                  " attempts, outcome, handled_at) SELECT 't', 0, n, now(), 1, 'dropped',"
                  " now() - interval '1 day' * n FROM generate_series(85, 100) AS n");
    assert_int_equal(purge(dead_letter_purge, 4), 4);
    assert_int_equal(purge(dead_letter_purge, 100), 7);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM dead_letter_handled"), 5);
    db_exec(pool, "INSERT INTO outbox_refused (id, created_at, refused_at, reason, topic) SELECT n,"
                  " now(), now() - interval '1 day' * n, 'r', 't' FROM generate_series(85, 100) n");
    assert_int_equal(purge(dead_letter_purge_refused, 100), 11);
    db_exec(pool, "DELETE FROM outbox_refused");
}

static int64_t retry(const char *id)
{
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *moved = NULL;
    MUST(pg_begin(pool, &tx, &err));
    MUST(pg_exec(tx, "operator_retry_lock", PARAMS(P_STR(id)), NULL, &err));
    MUST(pg_exec(tx, "operator_retry", PARAMS(P_STR(id)), &moved, &err));
    MUST(pg_commit(&tx, &err));
    return pg_int(moved, 0, 0);
}

/* A user's refused event of which a later one was sent goes without its sequence, or consumers
 * would take it for a repeat; a tail of refused ones keeps theirs. */
static void refused_rows_go_back(void **state)
{
    (void)state;
    db_exec(pool, "INSERT INTO event_sequence (user_id, topic, sequence) VALUES ('anna', 't', 5),"
                  " ('bela', 't', 2)");
    db_exec(pool, "INSERT INTO outbox_refused (id, created_at, reason, topic, key, value) VALUES"
                  " (1, now(), 'r', 't', 'anna', '{\"sequence\":3,\"n\":1}'),"
                  " (2, now(), 'r', 't', 'anna', '{\"sequence\":5,\"n\":2}'),"
                  " (3, now(), 'r', 't', 'bela', '{\"sequence\":1,\"n\":3}'),"
                  " (4, now(), 'r', 't', 'bela', '{\"sequence\":2,\"n\":4}')");
    db_exec(pool, "INSERT INTO outbox_refused (id, created_at, reason, topic, key, value, headers)"
                  " VALUES (5, now(), 'r', 't.dlq', '\\xff', '\\xfe', '{\"a\":\"b\"}'),"
                  " (6, now(), 'r', 't.dlq', NULL, NULL, '{\"a\":\"b\"}')");
    assert_int_equal(retry("99"), 0);
    assert_int_equal(retry("5"), 1);
    assert_int_equal(retry(NULL), 5);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox_refused"), 0);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox WHERE headers IS NULL AND"
                                  " convert_from(value, 'UTF8')::jsonb ? 'sequence'"),
                     3);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox WHERE headers IS NULL AND"
                                  " convert_from(value, 'UTF8')::jsonb = '{\"n\": 1}'"),
                     1);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox WHERE value = '\\xfe'"), 1);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM (SELECT lag(id) OVER (ORDER BY"
                                  " value::text) > id AS back FROM outbox WHERE headers IS NULL"
                                  " AND key = 'bela') AS o WHERE back"),
                     0);
}

static int set_up(void **state)
{
    const struct pg_statements tables[] = {dead_letter_statements, operator_statements};
    if (db_make_schema(state) != 0)
        return -1;
    struct pg_pool *bare = db_pool(1, NULL, 0);
    db_migrate(bare);
    pg_pool_free(bare);
    static struct pg_statements kept[2];
    memcpy(kept, tables, sizeof tables);
    pool = db_pool(2, kept, LENGTH(kept));
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
        cmocka_unit_test(known_by_its_whole_key),
        cmocka_unit_test(purges_what_is_old_in_batches),
        cmocka_unit_test(refused_rows_go_back),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
