/* The relay against a real PostgreSQL, with a producer that only remembers what it was given. */
#include "db_fixture.h"

#include <pthread.h>

#include "base/json_util.h"
#include "base/timefmt.h"
#include "events/relay.h"
#include "kafka/producer.h"

enum { LOG_MAX = 100000, DEADLINE_S = 20 };

static struct {
    pthread_mutex_t lock;
    int64_t numbers[LOG_MAX]; /* data.n of each record taken, in order */
    size_t taken, calls, largest;
    bool down;   /* acknowledges nothing */
    bool flaky;  /* acknowledges every other record */
    bool header; /* saw the dead letter's header and NULL key */
} broker = {.lock = PTHREAD_MUTEX_INITIALIZER};

bool producer_new(const struct kafka_conf *conf, struct producer **out, struct err *err)
{
    (void)conf;
    (void)err;
    *out = xmalloc(1);
    return true;
}

void producer_free(struct producer *producer, int flush_ms)
{
    (void)flush_ms;
    free(producer);
}

bool producer_connected(struct producer *producer)
{
    (void)producer;
    return true;
}

static void take(struct producer_record *record)
{
    struct err err;
    scoped(json_drop) json_t *json = NULL;
    if (record->headers != NULL && record->key == NULL)
        broker.header = json_object_get(record->headers, "error_code") != NULL;
    record->refused = strcmp(record->topic, "refused.v1") == 0;
    record->reason = record->refused ? "too large" : NULL;
    record->acked = !record->refused;
    if (record->acked && broker.taken < LOG_MAX &&
        json_parse(record->value, record->value_len, &json, &err))
        broker.numbers[broker.taken++] =
            json_integer_value(json_object_get(json_object_get(json, "data"), "n"));
}

bool producer_send(struct producer *producer, struct producer_record *records, size_t count,
                   const struct producer_wait *wait, struct err *err)
{
    (void)producer;
    bool whole = true;
    if (!wait->go_on(wait->arg))
        return err_set(err, ERR_UNAVAILABLE, "told to stop");
    pthread_mutex_lock(&broker.lock);
    broker.calls++;
    broker.largest = count > broker.largest ? count : broker.largest;
    for (size_t i = 0; i < count; i++)
        if (broker.down || (broker.flaky && i % 2 == 1))
            whole = false;
        else
            take(&records[i]);
    broker.flaky = false;
    pthread_mutex_unlock(&broker.lock);
    return whole || err_set(err, ERR_UNAVAILABLE, "no acknowledgement");
}

static struct pg_pool *pool;
static struct relay *relay;

static void wake(void *arg)
{
    (void)arg;
    if (relay != NULL)
        relay_wake(relay);
}

static void broker_reset(bool down)
{
    pthread_mutex_lock(&broker.lock);
    broker.taken = broker.calls = broker.largest = 0;
    broker.down = down;
    pthread_mutex_unlock(&broker.lock);
}

static size_t broker_count(const size_t *counter)
{
    pthread_mutex_lock(&broker.lock);
    size_t count = *counter;
    pthread_mutex_unlock(&broker.lock);
    return count;
}

static struct relay *start(void)
{
    struct err err;
    struct relay *out;
    struct kafka_conf kafka = {.brokers = "none"};
    MUST(relay_start(
        &(struct relay_conf){
            .dsn = db_dsn, .schema = db_schema, .app_name = "relay-test", .kafka = &kafka},
        &out, &err));
    return out;
}

static void await(const char *sql, int64_t wanted)
{
    int64_t until_us = time_mono_us() + DEADLINE_S * US_PER_S;
    while (db_int(pool, sql) != wanted) {
        if (time_mono_us() > until_us)
            fail_msg("%s did not become %lld", sql, (long long)wanted);
        usleep(5000);
    }
}

static const char outbox_count[] = "SELECT count(*) FROM outbox";

static void add(const char *topic, int from, int count)
{
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    struct outbox_event *evs = xcalloc((size_t)count, sizeof *evs);
    for (int i = 0; i < count; i++)
        evs[i] = (struct outbox_event){.topic = topic,
                                       .type = "t",
                                       .user_id = "018f6e2a-0000-7000-8000-000000000001",
                                       .data = json_pack("{s:i}", "n", from + i)};
    MUST(pg_begin(pool, &tx, &err));
    MUST(outbox_add_many(tx, evs, (size_t)count, &err));
    MUST(pg_commit(&tx, &err));
    for (int i = 0; i < count; i++)
        json_decref((json_t *)(uintptr_t)evs[i].data);
    free(evs);
}

static void assert_taken_in_order(size_t count)
{
    assert_int_equal(broker_count(&broker.taken), count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(broker.numbers[i], i);
}

static void sends_in_order_and_deletes(void **state)
{
    (void)state;
    broker_reset(false);
    add("expense.v1", 0, 6000);
    relay = start();
    await(outbox_count, 0);
    add("expense.v1", 6000, 10);
    await(outbox_count, 0);
    relay_stop(relay);
    relay = NULL;
    assert_taken_in_order(6010);
    assert_true(broker.largest <= 5000);
}

static void keeps_what_the_broker_does_not_take(void **state)
{
    (void)state;
    broker_reset(true);
    relay = start();
    add("expense.v1", 0, 100);
    usleep(700000);
    assert_int_equal(db_int(pool, outbox_count), 100);
    assert_in_range(broker_count(&broker.calls), 2, 5); /* pauses between tries */
    broker_reset(false);
    await(outbox_count, 0);
    relay_stop(relay);
    relay = NULL;
    assert_taken_in_order(100);
}

static void deletes_only_what_was_acknowledged(void **state)
{
    (void)state;
    broker_reset(false);
    broker.flaky = true;
    add("expense.v1", 0, 10);
    relay = start();
    await(outbox_count, 0);
    relay_stop(relay);
    relay = NULL;
    const int64_t wanted[] = {0, 2, 4, 6, 8, 1, 3, 5, 7, 9};
    assert_int_equal(broker.taken, 10);
    assert_memory_equal(broker.numbers, wanted, sizeof wanted);
}

static void parks_what_is_refused(void **state)
{
    (void)state;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *headers = json_pack("{s:s}", "error_code", "malformed");
    broker_reset(false);
    add("refused.v1", 0, 3);
    add("expense.v1", 0, 3);
    MUST(pg_begin(pool, &tx, &err));
    MUST(outbox_add_raw(
        tx,
        &(struct outbox_raw){.topic = "x.dlq", .value = "?", .value_len = 1, .headers = headers},
        &err));
    MUST(pg_commit(&tx, &err));
    relay = start();
    await(outbox_count, 0);
    relay_stop(relay);
    relay = NULL;
    assert_taken_in_order(3);
    assert_true(broker.header);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox_refused WHERE reason = 'too large'"),
                     3);
}

/* A transaction that took its id early and commits late: its row is below those already sent. */
static void finds_a_late_committer(void **state)
{
    (void)state;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *data = json_pack("{s:i}", "n", 1);
    broker_reset(false);
    relay = start();
    MUST(pg_begin(pool, &tx, &err));
    MUST(outbox_add(tx,
                    &(struct outbox_event){.topic = "expense.v1",
                                           .type = "t",
                                           .user_id = "018f6e2a-0000-7000-8000-000000000002",
                                           .data = data},
                    &err));
    add("expense.v1", 0, 1);
    await(outbox_count, 0);
    MUST(pg_commit(&tx, &err));
    await(outbox_count, 0);
    relay_stop(relay);
    relay = NULL;
    assert_taken_in_order(2);
}

/* Of each of two relays, how many of the eight parts it took, from the locks in the database. */
static const char parts_held[] =
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'"
    " AND objsubid = 2 AND granted AND application_name = 'relay-test relay'";
static const char holders[] =
    "SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype ="
    " 'advisory' AND objsubid = 2 AND granted AND application_name = 'relay-test relay'";

/* A relay alone has all parts, gives half to a second one and takes them back when that is gone. */
static void relays_share_the_parts(void **state)
{
    (void)state;
    broker_reset(false);
    relay = start();
    await(parts_held, 8);
    struct relay *second = start();
    await(holders, 2);
    await(parts_held, 8);
    for (int i = 0; i < 16; i++) {
        char sql[300];
        snprintf(sql, sizeof sql,
                 "INSERT INTO outbox (topic, key, value) VALUES ('expense.v1', '%x',"
                 " '{\"data\":{\"n\":%d}}')",
                 (unsigned)i, i);
        db_exec(pool, sql);
    }
    await(outbox_count, 0);
    assert_int_equal(broker_count(&broker.taken), 16);
    relay_stop(second);
    await(holders, 1);
    await(parts_held, 8);
    relay_stop(relay);
    relay = NULL;
}

/* Two relays of one schema. When their connections are ended, both go on, and a user's events stay
 * in order. */
static void two_keep_the_order(void **state)
{
    (void)state;
    broker_reset(false);
    relay = start();
    struct relay *second = start();
    for (int i = 0; i < 40; i++) {
        add("expense.v1", i * 50, 50);
        if (i == 20) { /* between batches, so that nothing is sent twice */
            await(outbox_count, 0);
            db_exec(pool, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity JOIN"
                          " pg_locks USING (pid) WHERE locktype = 'advisory' AND granted AND"
                          " application_name = 'relay-test relay'");
        }
    }
    await(outbox_count, 0);
    relay_stop(relay);
    relay = NULL;
    relay_stop(second);
    assert_taken_in_order(2000);
}

static void bounds_a_batch_by_bytes(void **state)
{
    (void)state;
    broker_reset(false);
    db_exec(pool, "INSERT INTO outbox (topic, value)"
                  " SELECT 'big.v1', convert_to(rpad('{\"data\":{\"n\":' || n || '}', 200000) ||"
                  " '}', 'UTF8') FROM generate_series(0, 9) AS n");
    db_exec(pool, "INSERT INTO outbox (topic, value) SELECT 'big.v1',"
                  " convert_to(rpad('{\"data\":{\"n\":10}', 6000000) || '}', 'UTF8')");
    relay = start();
    await(outbox_count, 0);
    relay_stop(relay);
    relay = NULL;
    assert_taken_in_order(11);
    assert_int_equal(broker.largest, 5);
}

static int set_up(void **state)
{
    if (db_make_schema(state) != 0)
        return -1;
    pool = pg_pool_new(&(struct pg_conf){.dsn = db_dsn,
                                         .schema = db_schema,
                                         .app_name = "db-test",
                                         .connections = 2,
                                         .statement_timeout_ms = 20000,
                                         .wait_ms = 10000,
                                         .statements = &outbox_statements,
                                         .statement_count = 1,
                                         .on_commit = wake});
    db_migrate(pool);
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
        cmocka_unit_test(sends_in_order_and_deletes),
        cmocka_unit_test(keeps_what_the_broker_does_not_take),
        cmocka_unit_test(deletes_only_what_was_acknowledged),
        cmocka_unit_test(parks_what_is_refused),
        cmocka_unit_test(finds_a_late_committer),
        cmocka_unit_test(relays_share_the_parts),
        cmocka_unit_test(two_keep_the_order),
        cmocka_unit_test(bounds_a_batch_by_bytes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
