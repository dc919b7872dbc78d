/* Order and numbering of events under concurrent writers, against a real PostgreSQL. */
#include "db_fixture.h"

#include <pthread.h>

#include "base/json_util.h"

enum { WRITERS = 8, TRANSACTIONS = 120 };

static struct pg_pool *pool;

static void user_name(int number, char out[static UUID_SIZE])
{
    snprintf(out, UUID_SIZE, "018f6e2a-0000-7000-8000-%012d", number);
}

/* Few users, so that writers meet; every fifth transaction is rolled back after its insert, every
 * third adds a batch. */
static void *write_events(void *arg)
{
    int writer = (int)(intptr_t)arg;
    struct err err;
    for (int i = 0; i < TRANSACTIONS; i++) {
        scoped(pg_tx_drop) struct pg_tx *tx = NULL;
        scoped(json_drop) json_t *data = json_pack("{s:i,s:i}", "writer", writer, "turn", i);
        char users[3][UUID_SIZE];
        struct outbox_event evs[6];
        for (int u = 0; u < 3; u++)
            user_name((i + u) % 3, users[u]);
        for (int e = 0; e < 6; e++)
            evs[e] = (struct outbox_event){.topic = "expense.v1",
                                           .type = "t",
                                           .user_id = users[i % 2 == 0 ? e % 3 : 0],
                                           .data = data};
        bool ok = pg_begin(pool, &tx, &err) &&
                  (i % 3 == 0 ? outbox_add_many(tx, evs, 6, &err) : outbox_add(tx, evs, &err));
        if (ok && i % 5 != 0)
            ok = pg_commit(&tx, &err);
        if (!ok && err.code != ERR_UNAVAILABLE) /* a deadlock between batch and single is allowed */
            return xstrdup(err.text);
    }
    return NULL;
}

/* In id order the sequences of each user must be 1, 2, 3 … without a gap or a step back: a sequence
 * is taken under the row's lock, so its order is the order of the commits. */
static void ids_and_sequences_agree(void **state)
{
    (void)state;
    pthread_t threads[WRITERS];
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, write_events, (void *)(intptr_t)(i + 1)),
                         0);
    for (int i = 0; i < WRITERS; i++) {
        void *failure;
        pthread_join(threads[i], &failure);
        if (failure != NULL)
            fail_msg("%s", (char *)failure);
    }
    assert_true(db_int(pool, "SELECT count(*) FROM outbox") > WRITERS * TRANSACTIONS / 2);
    assert_int_equal(
        db_int(
            pool,
            "SELECT count(*) FROM (SELECT row_number() OVER (PARTITION BY key, topic ORDER BY id)"
            " AS nth, (convert_from(value, 'UTF8')::jsonb->>'sequence')::bigint AS sequence"
            " FROM outbox) AS numbered WHERE nth <> sequence"),
        0);
    assert_int_equal(db_int(pool,
                            "SELECT count(*) FROM event_sequence s WHERE sequence <> (SELECT"
                            " count(*) FROM outbox WHERE key = convert_to(s.user_id, 'UTF8'))"),
                     0);
}

/* The id must not be taken before the lock: a second writer waiting for the user holds none. */
static void a_waiting_writer_has_no_id_yet(void **state)
{
    (void)state;
    struct err err;
    char user[UUID_SIZE];
    user_name(900, user);
    scoped(json_drop) json_t *data = json_object();
    const struct outbox_event ev = {
        .topic = "expense.v1", .type = "t", .user_id = user, .data = data};
    scoped(pg_tx_drop) struct pg_tx *first = NULL;
    scoped(pg_tx_drop) struct pg_tx *second = NULL;
    MUST(pg_begin(pool, &first, &err));
    MUST(outbox_add(first, &ev, &err));
    int64_t before = db_int(pool, "SELECT last_value FROM outbox_id_seq");
    MUST(pg_begin(pool, &second, &err));
    MUST(pg_exec_sql(second, "SET LOCAL lock_timeout = 200", NULL, 0, NULL, &err));
    for (int many = 0; many < 2; many++) {
        bool ok = many ? outbox_add_many(second, &ev, 1, &err) : outbox_add(second, &ev, &err);
        assert_false(ok);
        assert_int_equal(err.code, ERR_UNAVAILABLE);
        assert_int_equal(db_int(pool, "SELECT last_value FROM outbox_id_seq"), before);
        pg_tx_drop(&second);
        MUST(pg_begin(pool, &second, &err));
        MUST(pg_exec_sql(second, "SET LOCAL lock_timeout = 200", NULL, 0, NULL, &err));
    }
}

static void a_large_batch_keeps_its_order(void **state)
{
    (void)state;
    enum { COUNT = 1700 };
    struct err err;
    static struct outbox_event evs[COUNT];
    static char users[COUNT][UUID_SIZE];
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    json_t *data[COUNT];
    for (int i = 0; i < COUNT; i++) {
        user_name(1000 + i % 700, users[i]);
        data[i] = json_pack("{s:i}", "n", i);
        evs[i] = (struct outbox_event){
            .topic = "message.received.v1", .type = "t", .user_id = users[i], .data = data[i]};
    }
    MUST(pg_begin(pool, &tx, &err));
    MUST(outbox_add_many(tx, evs, COUNT, &err));
    MUST(pg_commit(&tx, &err));
    for (int i = 0; i < COUNT; i++)
        json_decref(data[i]);
    assert_int_equal(
        db_int(pool, "SELECT count(*) FROM (SELECT convert_from(value, 'UTF8')::jsonb AS v,"
                     " row_number() OVER (ORDER BY id) AS nth FROM outbox"
                     " WHERE topic = 'message.received.v1') AS o WHERE (v->'data'->>'n')::int = nth"
                     " - 1 AND (v->>'sequence')::int = (nth - 1) / 700 + 1"),
        COUNT);
}

static void a_dead_letter_keeps_its_bytes(void **state)
{
    (void)state;
    struct err err;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *headers = json_pack("{s:s}", "error_code", "malformed");
    MUST(pg_begin(pool, &tx, &err));
    MUST(outbox_add_raw(
        tx,
        &(struct outbox_raw){
            .topic = "expense.v1.dlq", .value = "\0\xff\\x", .value_len = 4, .headers = headers},
        &err));
    MUST(pg_commit(&tx, &err));
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox WHERE topic = 'expense.v1.dlq' AND"
                                  " key IS NULL AND value = '\\x00ff5c78'::bytea AND"
                                  " headers->>'error_code' = 'malformed'"),
                     1);
}

static int set_up(void **state)
{
    if (db_make_schema(state) != 0)
        return -1;
    outbox_init("test-service");
    pool = db_pool(WRITERS, &outbox_statements, 1);
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
        cmocka_unit_test(ids_and_sequences_agree),
        cmocka_unit_test(a_waiting_writer_has_no_id_yet),
        cmocka_unit_test(a_large_batch_keeps_its_order),
        cmocka_unit_test(a_dead_letter_keeps_its_bytes),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
