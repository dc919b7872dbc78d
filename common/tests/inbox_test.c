#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/timefmt.h"
#include "base/trace.h"
#include "events/events.h"
#include "fake_inbox_db.h"

#define ANNA "01890000-0000-7000-8000-00000000000a"
#define BELA "01890000-0000-7000-8000-00000000000b"

enum { RECORDS_MAX = 16, TEXT_MAX = 512 };

/* What the handler was told and is to do. */
struct svc {
    int calls;
    int64_t fails_at; /* offset, with code and that many times */
    enum err_code code;
    bool constraint;
    int times;
    size_t longest_run;
    char correlation_id[UUID_SIZE];
};

static struct svc svc;
static struct inbox_record records[RECORDS_MAX];
static char texts[RECORDS_MAX][TEXT_MAX];
static size_t record_count;
static struct inbox_partition part;

static bool apply(struct svc *self, struct pg_tx *tx, const struct event *const evs[], size_t count,
                  struct err *err)
{
    self->calls++;
    self->longest_run = count > self->longest_run ? count : self->longest_run;
    memcpy(self->correlation_id, trace_current()->correlation_id, UUID_SIZE);
    for (size_t i = 0; i < count; i++) {
        tx->tables.effects[tx->tables.effect_count++] = evs[i]->offset;
        if (evs[i]->offset == self->fails_at && self->times > 0) {
            self->times--;
            err_set(err, self->code, "no");
            err->constraint = self->constraint;
            return false;
        }
    }
    return true;
}

static const struct topic_row rows[] = {
    {TOPIC_USER, EVENT_USER_REGISTERED, apply, "one", false},
    {TOPIC_USER, EVENT_USER_UPDATED, apply, "two", false},
    {TOPIC_PROFILE, EVENT_PROFILE_UPDATED, apply, "three", false},
};
static const struct inbox inbox = {
    .rows = rows, .row_count = LENGTH(rows), .svc = &svc, .consumer = "test-service"};

static int set_up(void **state)
{
    (void)state;
    json_decref(fake.headers);
    fake.headers = NULL;
    memset(&fake.tables, 0, sizeof fake.tables);
    fake.failing_begins = fake.failing_commits = fake.lost_commits = fake.commits = 0;
    svc = (struct svc){.fails_at = -1};
    part = (struct inbox_partition){.topic = TOPIC_USER};
    record_count = 0;
    return 0;
}

static void add_bytes(int64_t offset, const char *text)
{
    snprintf(texts[record_count], TEXT_MAX, "%s", text);
    records[record_count] = (struct inbox_record){.offset = offset,
                                                  .key = "k",
                                                  .key_len = 1,
                                                  .value = texts[record_count],
                                                  .value_len = strlen(texts[record_count])};
    record_count++;
}

/* sequence 0: none. */
static void add(int64_t offset, const char *type, const char *user_id, int sequence)
{
    char text[TEXT_MAX], number[32] = "";
    if (sequence > 0)
        snprintf(number, sizeof number, "\"sequence\":%d,", sequence);
    snprintf(text, sizeof text,
             "{\"specversion\":\"1.0\",\"id\":\"01890000-0000-7000-8000-%012d\",\"source\":\"auth-"
             "service\","
             "\"type\":\"%s\",\"userid\":\"%s\",%s"
             "\"correlationid\":\"01890000-0000-7000-8000-0000000000cc\",\"data\":{}}",
             (int)offset, type, user_id, number);
    add_bytes(offset, text);
}

static enum inbox_outcome run(size_t *used)
{
    return inbox_apply(
        &inbox, &(struct inbox_slice){.part = &part, .records = records, .count = record_count},
        used);
}

static void assert_effects(const int64_t *want, int count)
{
    assert_int_equal(fake.tables.effect_count, count);
    for (int i = 0; i < count; i++)
        assert_int_equal(fake.tables.effects[i], want[i]);
}
#define EFFECTS(...)                                                                               \
    assert_effects((const int64_t[]){__VA_ARGS__},                                                 \
                   sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t))

static void test_batch_in_one_transaction(void **state)
{
    (void)state;
    size_t used;
    add(0, EVENT_USER_REGISTERED, ANNA, 1);
    add(1, EVENT_USER_REGISTERED, BELA, 1);
    add(2, "some.later.type", ANNA, 2);
    add(3, EVENT_USER_REGISTERED, ANNA, 3);
    add(4, EVENT_USER_UPDATED, ANNA, 4);
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(used, 5);
    assert_int_equal(fake.commits, 1);
    EFFECTS(0, 1, 3, 4);
    assert_int_equal(svc.calls, 2); /* a run for each of the two types */
    assert_int_equal(svc.longest_run, 3);
    assert_int_equal(part.next_offset, 5);
    assert_int_equal(*fake_offset(&fake.tables, TOPIC_USER, 0), 5);
    assert_int_equal(*fake_sequence(&fake.tables, TOPIC_USER, ANNA), 4);
    assert_string_equal(svc.correlation_id, "01890000-0000-7000-8000-0000000000cc");
    assert_string_equal(trace_current()->correlation_id, "");
}

static void test_repeats_are_dropped(void **state)
{
    (void)state;
    size_t used;
    fake_set_sequence(&fake.tables, TOPIC_USER, ANNA, 2);
    add(0, EVENT_USER_UPDATED, ANNA, 2); /* known from before */
    add(1, EVENT_USER_UPDATED, ANNA, 3);
    add(2, EVENT_USER_UPDATED, ANNA, 3); /* sent twice */
    add(3, EVENT_USER_UPDATED, ANNA, 0); /* without a sequence: the handler's to recognise */
    add(4, EVENT_USER_UPDATED, ANNA, 9); /* a gap is applied all the same */
    add(5, EVENT_USER_UPDATED, ANNA, 4);
    assert_int_equal(run(&used), INBOX_APPLIED);
    EFFECTS(1, 3, 4);
    assert_int_equal(*fake_sequence(&fake.tables, TOPIC_USER, ANNA), 9);
}

/* A forwarder counts in its own way; the numbers of the service that owns the topic go on. */
static void test_numbers_of_others_do_not_count(void **state)
{
    (void)state;
    size_t used;
    char text[TEXT_MAX];
    snprintf(text, sizeof text,
             "{\"specversion\":\"1.0\",\"id\":\"01890000-0000-7000-8000-000000000001\",\"source\":"
             "\"/forwarder\",\"type\":\"%s\",\"userid\":\"%s\",\"sequence\":1000000,\"data\":{}}",
             EVENT_USER_UPDATED, ANNA);
    add_bytes(0, text);
    add(1, EVENT_USER_UPDATED, ANNA, 1);
    assert_int_equal(run(&used), INBOX_APPLIED);
    EFFECTS(0, 1);
    assert_int_equal(*fake_sequence(&fake.tables, TOPIC_USER, ANNA), 1);
}

static void test_poison_bytes_go_to_dead_letters(void **state)
{
    (void)state;
    size_t used;
    add(7, EVENT_USER_UPDATED, ANNA, 1);
    add_bytes(8, "not JSON");
    add_bytes(9, "{\"specversion\":\"1.0\"}");
    add(10, EVENT_USER_UPDATED, ANNA, 2);
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(used, 4);
    EFFECTS(7, 10);
    assert_int_equal(fake.tables.dead_count, 2);
    assert_string_equal(fake.tables.dead[0].topic, TOPIC_USER DLQ_SUFFIX);
    assert_string_equal(fake.tables.dead[0].value, "not JSON");
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_ERROR_CODE)),
                        "event_invalid");
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_OFFSET)), "9");
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_CONSUMER)),
                        "test-service");
    assert_int_equal(json_object_size(fake.headers), 8);
}

static void test_poison_by_verdict(void **state)
{
    (void)state;
    size_t used;
    svc = (struct svc){.fails_at = 1, .code = ERR_INVALID, .times = 99};
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    add(1, EVENT_USER_UPDATED, ANNA, 2);
    add(2, EVENT_USER_UPDATED, ANNA, 3);
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(used, 3);
    EFFECTS(0, 2);
    assert_int_equal(fake.tables.dead_count, 1);
    assert_int_equal(part.next_offset, 3);
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_ATTEMPTS)), "1");
}

/* Whoever was in the way may be through: a constraint is asked a second time, and no third. */
static void test_a_constraint_refuses_twice_before_it_is_poison(void **state)
{
    (void)state;
    size_t used;
    svc = (struct svc){.fails_at = 0, .code = ERR_INVALID, .constraint = true, .times = 1};
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    assert_int_equal(run(&used), INBOX_APPLIED);
    EFFECTS(0);
    assert_int_equal(fake.tables.dead_count, 0);
    assert_int_equal(part.attempts, 0);
    svc = (struct svc){.fails_at = 1, .code = ERR_CONFLICT, .constraint = true, .times = 99};
    record_count = 0;
    add(1, EVENT_USER_UPDATED, ANNA, 2);
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(svc.calls, 2);
    EFFECTS(0);
    assert_int_equal(fake.tables.dead_count, 1);
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_ATTEMPTS)), "2");
}

static void test_retry_in_place(void **state)
{
    (void)state;
    size_t used;
    svc = (struct svc){.fails_at = 1, .code = ERR_UNAVAILABLE, .times = 3};
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    add(1, EVENT_USER_UPDATED, ANNA, 2);
    add(2, EVENT_USER_UPDATED, ANNA, 3);
    assert_int_equal(run(&used), INBOX_WAIT); /* not asked again at once, nor in halves */
    assert_int_equal(used, 0);
    assert_int_equal(svc.calls, 1);
    assert_int_equal(run(&used), INBOX_WAIT); /* one, then two */
    assert_int_equal(used, 1);
    assert_int_equal(part.next_offset, 1);
    assert_int_equal(part.attempts, 1);
    assert_true(part.retry_at_us > time_mono_us());
    EFFECTS(0);
    const struct inbox_slice rest = {.part = &part, .records = records + 1, .count = 2};
    assert_int_equal(inbox_apply(&inbox, &rest, &used), INBOX_WAIT);
    assert_int_equal(part.attempts, 2);
    assert_int_equal(inbox_apply(&inbox, &rest, &used), INBOX_APPLIED);
    assert_int_equal(used, 2);
    assert_int_equal(part.attempts, 0);
    assert_int_equal(part.retry_at_us, 0);
    EFFECTS(0, 1, 2);
    assert_int_equal(fake.tables.dead_count, 0);
}

/* One bad record among 16 costs a handful of transactions, not one for each. */
static void test_a_batch_is_halved(void **state)
{
    (void)state;
    size_t used;
    svc = (struct svc){.fails_at = 9, .code = ERR_INVALID, .times = 99};
    for (int i = 0; i < RECORDS_MAX; i++)
        add(i, EVENT_USER_UPDATED, ANNA, i + 1);
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(used, RECORDS_MAX);
    EFFECTS(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15);
    assert_int_equal(fake.tables.dead_count, 1);
    assert_in_range(svc.calls, 5, 11);
}

static void test_attempts_are_told_when_it_is_poison_in_the_end(void **state)
{
    (void)state;
    size_t used;
    svc = (struct svc){.fails_at = 0, .code = ERR_INTERNAL, .times = 2};
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    assert_int_equal(run(&used), INBOX_WAIT);
    assert_int_equal(run(&used), INBOX_WAIT);
    svc = (struct svc){.fails_at = 0, .code = ERR_CONFLICT, .times = 1};
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_ATTEMPTS)), "3");
    EFFECTS(); /* nothing of the refused transactions is left */
}

static void test_pause_grows_to_its_bound(void **state)
{
    (void)state;
    size_t used;
    svc = (struct svc){.fails_at = 0, .code = ERR_UNAVAILABLE, .times = 99};
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    for (int i = 0; i < 40; i++)
        assert_int_equal(run(&used), INBOX_WAIT);
    int64_t pause_us = part.retry_at_us - time_mono_us();
    assert_true(pause_us > 2 * US_PER_S && pause_us <= 5 * US_PER_S);
}

static void test_database_away(void **state)
{
    (void)state;
    size_t used;
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    add(1, EVENT_USER_UPDATED, ANNA, 2);
    fake.failing_begins = 1;
    assert_int_equal(run(&used), INBOX_WAIT);
    assert_int_equal(used, 0);
    assert_int_equal(svc.calls, 0);
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(used, 2);
    EFFECTS(0, 1);
}

static void test_lost_answer_of_commit(void **state)
{
    (void)state;
    size_t used;
    int64_t start;
    struct err err;
    assert_true(inbox_load(&inbox, &part, 0, 2, &start, &err));
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    add(1, EVENT_USER_UPDATED, ANNA, 2);
    fake.lost_commits = 1; /* the batch is in, but nobody knows */
    assert_int_equal(run(&used), INBOX_WAIT);
    assert_int_equal(used, 0);
    assert_int_equal(run(&used), INBOX_MOVED);
    assert_int_equal(used, 0);
    assert_int_equal(part.next_offset, 2);
    EFFECTS(0, 1);
}

static void test_other_owner(void **state)
{
    (void)state;
    size_t used;
    struct err err;
    int64_t start;
    fake_add_offset(&fake.tables, TOPIC_USER, 0, 5);
    assert_true(inbox_load(&inbox, &part, 0, 100, &start, &err));
    assert_int_equal(start, 5);
    *fake_offset(&fake.tables, TOPIC_USER, 0) = 7;
    add(5, EVENT_USER_UPDATED, ANNA, 1);
    add(6, EVENT_USER_UPDATED, ANNA, 2);
    assert_int_equal(run(&used), INBOX_MOVED);
    assert_int_equal(part.next_offset, 7);
    assert_int_equal(svc.calls, 0);
    EFFECTS();
}

/* Two partitions with two records each, as slices of one array of records. */
static struct inbox_partition others[2];
static struct inbox_slice slices[2];

static void make_slices(void)
{
    for (int i = 0; i < 2; i++) {
        others[i] = (struct inbox_partition){.topic = TOPIC_USER, .partition = i, .stored = true};
        slices[i] =
            (struct inbox_slice){.part = &others[i], .records = records + record_count, .count = 2};
        fake_add_offset(&fake.tables, TOPIC_USER, i, 0);
        add(0, EVENT_USER_UPDATED, i == 0 ? ANNA : BELA, 1);
        add(1, EVENT_USER_UPDATED, i == 0 ? ANNA : BELA, 2);
    }
}

static void test_partitions_together(void **state)
{
    (void)state;
    make_slices();
    assert_true(inbox_apply_together(&inbox, slices, 2));
    assert_int_equal(fake.commits, 1);
    assert_int_equal(svc.calls, 1);
    EFFECTS(0, 1, 0, 1);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(others[i].next_offset, 2);
        assert_int_equal(*fake_offset(&fake.tables, TOPIC_USER, i), 2);
    }
    assert_int_equal(*fake_sequence(&fake.tables, TOPIC_USER, BELA), 2);
}

/* One of two moved by another owner, or one record refused: nothing of either is applied, and each
 * is dealt with on its own. */
static void test_partitions_parted(void **state)
{
    size_t used;
    (void)state;
    make_slices();
    *fake_offset(&fake.tables, TOPIC_USER, 1) = 1;
    assert_false(inbox_apply_together(&inbox, slices, 2));
    assert_int_equal(fake.tables.effect_count, 0);
    assert_int_equal(*fake_offset(&fake.tables, TOPIC_USER, 0), 0);
    assert_int_equal(others[0].next_offset, 0);
    assert_int_equal(inbox_apply(&inbox, &slices[0], &used), INBOX_APPLIED);
    assert_int_equal(inbox_apply(&inbox, &slices[1], &used), INBOX_MOVED);
    EFFECTS(0, 1);
}

static void test_partitions_with_a_refused_record(void **state)
{
    size_t used;
    (void)state;
    make_slices();
    svc = (struct svc){.fails_at = 1, .code = ERR_UNAVAILABLE, .times = 1};
    assert_false(inbox_apply_together(&inbox, slices, 2));
    assert_int_equal(fake.tables.effect_count, 0);
    assert_int_equal(others[0].attempts, 0);
    assert_int_equal(inbox_apply(&inbox, &slices[1], &used), INBOX_APPLIED);
    assert_int_equal(inbox_apply(&inbox, &slices[0], &used), INBOX_APPLIED);
    EFFECTS(0, 1, 0, 1);
}

static void test_topic_made_again(void **state)
{
    (void)state;
    struct err err;
    int64_t start;
    fake_add_offset(&fake.tables, TOPIC_USER, 0, 50);
    assert_true(inbox_load(&inbox, &part, 0, 3, &start, &err));
    assert_int_equal(start, 0);
    assert_int_equal(part.next_offset, 0);
    assert_int_equal(*fake_offset(&fake.tables, TOPIC_USER, 0), 0);
}

static void test_expired_records(void **state)
{
    (void)state;
    struct err err;
    int64_t start;
    size_t used;
    fake_add_offset(&fake.tables, TOPIC_USER, 0, 50);
    assert_true(inbox_load(&inbox, &part, 60, 90, &start, &err));
    assert_int_equal(start, 60);
    add(60, EVENT_USER_UPDATED, ANNA, 0);
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(*fake_offset(&fake.tables, TOPIC_USER, 0), 61);
}

/* A key that is gone from a compacted topic is nothing to do; elsewhere nobody may send nothing. */
static void test_tombstone(void **state)
{
    (void)state;
    size_t used;
    add_bytes(0, "");
    records[0].value = NULL;
    part.topic = TOPIC_PROFILE;
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(fake.tables.dead_count, 0);
    assert_int_equal(part.next_offset, 1);
    part = (struct inbox_partition){.topic = TOPIC_USER};
    assert_int_equal(run(&used), INBOX_APPLIED);
    assert_int_equal(fake.tables.dead_count, 1);
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_ERROR_CODE)),
                        "no_value");
    assert_int_equal(part.next_offset, 1);
}

static void test_record_over_the_limit(void **state)
{
    (void)state;
    size_t used, size = 5 * 1024 * 1024;
    scoped(str_drop) char *large = xmalloc(size);
    memset(large, ' ', size);
    add(0, EVENT_USER_UPDATED, ANNA, 1);
    add_bytes(1, "");
    records[1].value = large;
    records[1].value_len = size;
    assert_int_equal(run(&used), INBOX_APPLIED);
    EFFECTS(0);
    assert_int_equal(fake.tables.dead[0].value_len, size);
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_ERROR_CODE)),
                        "too_large");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_batch_in_one_transaction, set_up),
        cmocka_unit_test_setup(test_repeats_are_dropped, set_up),
        cmocka_unit_test_setup(test_numbers_of_others_do_not_count, set_up),
        cmocka_unit_test_setup(test_poison_bytes_go_to_dead_letters, set_up),
        cmocka_unit_test_setup(test_poison_by_verdict, set_up),
        cmocka_unit_test_setup(test_a_constraint_refuses_twice_before_it_is_poison, set_up),
        cmocka_unit_test_setup(test_a_batch_is_halved, set_up),
        cmocka_unit_test_setup(test_retry_in_place, set_up),
        cmocka_unit_test_setup(test_attempts_are_told_when_it_is_poison_in_the_end, set_up),
        cmocka_unit_test_setup(test_pause_grows_to_its_bound, set_up),
        cmocka_unit_test_setup(test_database_away, set_up),
        cmocka_unit_test_setup(test_lost_answer_of_commit, set_up),
        cmocka_unit_test_setup(test_other_owner, set_up),
        cmocka_unit_test_setup(test_partitions_together, set_up),
        cmocka_unit_test_setup(test_partitions_parted, set_up),
        cmocka_unit_test_setup(test_partitions_with_a_refused_record, set_up),
        cmocka_unit_test_setup(test_topic_made_again, set_up),
        cmocka_unit_test_setup(test_expired_records, set_up),
        cmocka_unit_test_setup(test_tombstone, set_up),
        cmocka_unit_test_setup(test_record_over_the_limit, set_up),
    };
    log_init("inbox_test", LOG_ERROR);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    set_up(NULL);
    return failed;
}
