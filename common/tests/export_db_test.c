/* The answering side of an export against a real PostgreSQL: pages, places, crashes, room. */
#include "db_fixture.h"

#include "base/json_util.h"
#include "events/events.h"
#include "people/export.h"

#define USER "018f6e2a-0000-7000-8000-000000000001"
#define EXPORT "018f6e2a-0000-7000-8000-0000000000e1"

static const struct export_table tables[] = {
    {"settings", "", EXPORT_ONE("zone", "setting")},
    {"things", EXPORT_FIRST_UUID, EXPORT_BY_ID("name", "thing")},
    {"nothing", EXPORT_FIRST_UUID, EXPORT_BY_ID("name", "empty")},
};
static const struct export_tables exported = {TABLE(tables)};

static bool mend(struct svc *svc, const char *table, const char *user_id, json_t *row,
                 struct err *err)
{
    (void)svc, (void)err;
    if (strcmp(table, "settings") == 0)
        json_object_set_new(row, "of", json_string(user_id));
    return true;
}
static const struct export_source source = {.tables = &exported, .mend = mend};
static struct pg_pool *pool;

static int make_tables(void **state)
{
    (void)state;
    if (db_make_schema(state) != 0)
        return -1;
    struct pg_pool *bare = db_pool(1, NULL, 0);
    db_migrate(bare);
    db_exec(bare, "CREATE TABLE setting (user_id uuid PRIMARY KEY, zone text)");
    db_exec(bare,
            "CREATE TABLE thing (user_id uuid, id uuid, name text, PRIMARY KEY (user_id, id))");
    db_exec(bare,
            "CREATE TABLE empty (user_id uuid, id uuid, name text, PRIMARY KEY (user_id, id))");
    pg_pool_free(bare);
    struct pg_statement *own = export_table_statements(&exported);
    const struct pg_statements all[] = {
        outbox_statements, export_statements, {own, LENGTH(tables)}};
    struct err err;
    pool = db_pool(2, all, LENGTH(all));
    MUST(pg_pool_check(pool, &err));
    free(own);
    return 0;
}

static int drop_tables(void **state)
{
    pg_pool_free(pool);
    return db_drop_schema(state);
}

static int fill(void **state)
{
    (void)state;
    db_exec(pool, "TRUNCATE export_job, outbox, event_sequence, setting, thing");
    db_exec(pool, "INSERT INTO setting VALUES ('" USER "', 'Asia/Kolkata')");
    db_exec(pool, "INSERT INTO thing SELECT '" USER "', gen_random_uuid(), repeat('x', n % 2000)"
                  " FROM generate_series(1, 1700) AS n");
    db_exec(pool, "INSERT INTO thing VALUES (gen_random_uuid(), gen_random_uuid(), 'not mine')");
    return 0;
}

static void request(void)
{
    struct err err;
    struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *data = json_pack("{s:s}", "export_id", EXPORT);
    struct event ev = {.data = data, .user_id = USER};
    const struct event *evs[] = {&ev, &ev};
    MUST(pg_begin(pool, &tx, &err));
    MUST(export_on_requested(NULL, tx, evs, 2, &err));
    MUST(pg_commit(&tx, &err));
}

#define VALUE "convert_from(value, 'UTF8')::jsonb"
#define PARTS "FROM outbox WHERE " VALUE " ->> 'type' = 'export.part'"

static int64_t rows_told(const char *table)
{
    char sql[300];
    snprintf(sql, sizeof sql,
             "SELECT count(DISTINCT row) FROM (SELECT jsonb_array_elements(" VALUE
             " -> 'data' -> 'rows') AS row " PARTS " AND " VALUE " -> 'data' ->> 'table' = '%s') r",
             table);
    return db_int(pool, sql);
}

static void tells_every_row_once_in_parts_that_are_bounded(void **state)
{
    (void)state;
    request();
    int steps = 0;
    while (export_step(pool, &source) == STEP_MORE)
        steps++;
    assert_true(steps > 5);
    assert_int_equal(rows_told("settings"), 1);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox WHERE convert_from(value, 'UTF8')"
                                  " LIKE '%\"of\":\"" USER "\"%'"),
                     1); /* mended */
    assert_int_equal(rows_told("things"), 1700);
    int64_t parts = db_int(pool, "SELECT count(*) " PARTS);
    assert_true(parts > 7);
    assert_true(db_int(pool, "SELECT max(octet_length(value)) FROM outbox") <= 256 * 1024);
    assert_int_equal(db_int(pool, "SELECT max((" VALUE " -> 'data' ->> 'number')::int) " PARTS),
                     parts);
    assert_int_equal(db_int(pool, "SELECT (" VALUE " -> 'data' ->> 'parts')::int FROM outbox"
                                  " WHERE " VALUE " ->> 'type' = 'export.completed'"),
                     parts);
    assert_int_equal(db_int(pool, "SELECT jsonb_array_length(" VALUE " -> 'data' -> 'tables')"
                                  " FROM outbox ORDER BY id DESC LIMIT 1"),
                     3);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM export_job"), 0);
}

/* A commit that fails stands for a process that is killed: nothing of the page is there. */
static void a_page_that_is_lost_is_told_again(void **state)
{
    (void)state;
    request();
    assert_int_equal(export_step(pool, &source), STEP_MORE);
    int64_t before = db_int(pool, "SELECT count(*) FROM outbox");
    db_exec(pool, "ALTER TABLE export_job ADD CONSTRAINT no CHECK (parts < 3) NOT VALID");
    assert_int_equal(export_step(pool, &source), STEP_FAILED);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox"), before);
    assert_int_equal(export_step(pool, &source), STEP_IDLE); /* postponed */
    db_exec(pool, "ALTER TABLE export_job DROP CONSTRAINT no");
    db_exec(pool, "UPDATE export_job SET touched_at = now()");
    while (export_step(pool, &source) == STEP_MORE)
        continue;
    assert_int_equal(rows_told("things"), 1700);
    assert_int_equal(
        db_int(pool, "SELECT count(*) - max((" VALUE " -> 'data' ->> 'number')::int) " PARTS), 0);
}

static void waits_for_the_broker(void **state)
{
    (void)state;
    request();
    db_exec(
        pool,
        "INSERT INTO outbox (topic, value) SELECT 'expense.v1', '' FROM generate_series(1, 1000)");
    assert_int_equal(export_step(pool, &source), STEP_WAIT);
    db_exec(pool, "DELETE FROM outbox");
    db_exec(pool, "INSERT INTO outbox (topic, value) SELECT '" TOPIC_EXPORT_PART "', '' FROM"
                  " generate_series(1, 16)");
    assert_int_equal(export_step(pool, &source), STEP_WAIT);
    db_exec(pool, "DELETE FROM outbox");
    assert_int_equal(export_step(pool, &source), STEP_MORE);
}

static void nothing_is_told_of_the_deleted(void **state)
{
    (void)state;
    struct err err;
    struct pg_tx *tx = NULL;
    request();
    MUST(pg_begin(pool, &tx, &err));
    MUST(export_forget(tx, USER, &err));
    MUST(pg_commit(&tx, &err));
    assert_int_equal(export_step(pool, &source), STEP_IDLE);
    assert_int_equal(db_int(pool, "SELECT count(*) FROM outbox"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(tells_every_row_once_in_parts_that_are_bounded, fill),
        cmocka_unit_test_setup(a_page_that_is_lost_is_told_again, fill),
        cmocka_unit_test_setup(waits_for_the_broker, fill),
        cmocka_unit_test_setup(nothing_is_told_of_the_deleted, fill),
    };
    outbox_init("test-service");
    return cmocka_run_group_tests(tests, make_tables, drop_tables);
}
