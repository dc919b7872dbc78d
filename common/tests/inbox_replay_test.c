/* Dead letters given again and rows derived anew, with the database in memory. */
#include "tests/test.h"

#include "base/log.h"
#include "base/trace.h"
#include "events/events.h"
#include "events/inbox_replay.h"
#include "fake_inbox_db.h"

#define ANNA "01890000-0000-7000-8000-00000000000a"

enum { TEXT_MAX = 512 };

struct svc {
    int64_t fails_at; /* offset, with code and that many times */
    enum err_code code;
    int times, calls;
};
static struct svc svc;
static char texts[16][TEXT_MAX];
static struct inbox_record records[16];

static bool apply(struct svc *self, struct pg_tx *tx, const struct event *const evs[], size_t count,
                  struct err *err)
{
    self->calls++;
    for (size_t i = 0; i < count; i++) {
        tx->tables.effects[tx->tables.effect_count++] = evs[i]->offset;
        if (evs[i]->offset == self->fails_at && self->times > 0) {
            self->times--;
            return err_set(err, self->code, "no");
        }
    }
    return true;
}

static const struct topic_row rows[] = {
    {TOPIC_USER, EVENT_USER_REGISTERED, apply, "a row that follows", true},
    {TOPIC_USER, EVENT_USER_UPDATED, apply, "an effect", false},
};
static const struct inbox inbox = {
    .rows = rows, .row_count = LENGTH(rows), .svc = &svc, .consumer = "test-service"};
static const struct inbox_partition part = {.topic = TOPIC_USER, .partition = 2};

static int set_up(void **state)
{
    (void)state;
    json_decref(fake.headers);
    fake.headers = NULL;
    memset(&fake.tables, 0, sizeof fake.tables);
    fake.failing_begins = fake.failing_commits = fake.lost_commits = fake.commits = 0;
    svc = (struct svc){.fails_at = -1};
    return 0;
}

static void set_record(int64_t offset, const char *type, int sequence)
{
    snprintf(texts[offset], TEXT_MAX,
             "{\"specversion\":\"1.0\",\"id\":\"01890000-0000-7000-8000-%012d\",\"source\":\"auth-"
             "service\","
             "\"type\":\"%s\",\"userid\":\"" ANNA "\",\"sequence\":%d,\"data\":{}}",
             (int)offset, type, sequence);
    records[offset] = (struct inbox_record){.offset = offset,
                                            .key = ANNA,
                                            .key_len = strlen(ANNA),
                                            .value = texts[offset],
                                            .value_len = strlen(texts[offset])};
}

static struct dead_letter letter_of(int64_t offset)
{
    return (struct dead_letter){.topic = TOPIC_USER,
                                .partition = 2,
                                .offset = offset,
                                .attempts = 3,
                                .first_failure_us = 1700000000000000,
                                .key = records[offset].key,
                                .key_len = records[offset].key_len,
                                .value = records[offset].value,
                                .value_len = records[offset].value_len};
}

static enum dead_state replay(const struct dead_letter *letter)
{
    struct err err = {.text = ""}, why;
    enum dead_state became;
    if (!inbox_replay_letter(&inbox, letter, &became, &why, &err))
        fail_msg("%s", err.text);
    return became;
}

/* Later events of the user were applied meanwhile: it counts all the same, and once. */
static void applied_once(void **state)
{
    (void)state;
    fake_set_sequence(&fake.tables, TOPIC_USER, ANNA, 9);
    set_record(5, EVENT_USER_UPDATED, 4);
    struct dead_letter letter = letter_of(5);
    assert_int_equal(replay(&letter), DEAD_REPLAYED);
    assert_int_equal(replay(&letter), DEAD_OPEN);
    assert_int_equal(fake.tables.effect_count, 1);
    assert_int_equal(fake.tables.effects[0], 5);
    assert_int_equal(fake.tables.dead_count, 0);
    assert_int_equal(*fake_sequence(&fake.tables, TOPIC_USER, ANNA), 9);
    assert_int_equal(fake.tables.offset_count, 0); /* the consumer's place is its own */
}

static void sequence_is_seen_when_it_is_the_last(void **state)
{
    (void)state;
    fake_set_sequence(&fake.tables, TOPIC_USER, ANNA, 3);
    set_record(5, EVENT_USER_UPDATED, 4);
    struct dead_letter letter = letter_of(5);
    assert_int_equal(replay(&letter), DEAD_REPLAYED);
    assert_int_equal(*fake_sequence(&fake.tables, TOPIC_USER, ANNA), 4);
}

static void still_bad_goes_back_once(void **state)
{
    (void)state;
    svc = (struct svc){.fails_at = 5, .code = ERR_INVALID, .times = 99};
    set_record(5, EVENT_USER_UPDATED, 4);
    struct dead_letter letter = letter_of(5);
    assert_int_equal(replay(&letter), DEAD_FAILED_AGAIN);
    assert_int_equal(replay(&letter), DEAD_OPEN);
    assert_int_equal(fake.tables.effect_count, 0);
    assert_int_equal(fake.tables.dead_count, 1);
    assert_string_equal(fake.tables.dead[0].topic, TOPIC_USER DLQ_SUFFIX);
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_ATTEMPTS)), "4");
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_PARTITION)), "2");
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_OFFSET)), "5");
    assert_string_equal(json_string_value(json_object_get(fake.headers, DLQ_FIRST_FAILURE)),
                        "2023-11-14T22:13:20Z");
    /* The new dead letter is another one, and may succeed. */
    letter.attempts++;
    svc.times = 0;
    assert_int_equal(replay(&letter), DEAD_REPLAYED);
    assert_int_equal(fake.tables.effect_count, 1);
}

static void bytes_that_are_no_event(void **state)
{
    (void)state;
    struct dead_letter letter = {
        .topic = TOPIC_USER, .offset = 1, .attempts = 1, .value = "not JSON", .value_len = 8};
    assert_int_equal(replay(&letter), DEAD_FAILED_AGAIN);
    assert_string_equal(fake.tables.dead[0].value, "not JSON");
    letter = (struct dead_letter){.topic = TOPIC_USER, .offset = 2, .attempts = 1};
    assert_int_equal(replay(&letter), DEAD_FAILED_AGAIN);
    assert_int_equal(fake.tables.dead_count, 2);
    set_record(3, "of.another.time", 1);
    letter = letter_of(3);
    assert_int_equal(replay(&letter), DEAD_SKIPPED);
    assert_int_equal(svc.calls, 0);
}

/* A passing reason changes nothing, and the command may be given again. */
static void passing_reason(void **state)
{
    struct err err, why;
    enum dead_state became;
    (void)state;
    svc = (struct svc){.fails_at = 5, .code = ERR_UNAVAILABLE, .times = 1};
    set_record(5, EVENT_USER_UPDATED, 4);
    struct dead_letter letter = letter_of(5);
    assert_false(inbox_replay_letter(&inbox, &letter, &became, &why, &err));
    fake.failing_commits = 1;
    assert_false(inbox_replay_letter(&inbox, &letter, &became, &why, &err));
    assert_int_equal(fake.tables.handled_count, 0);
    assert_int_equal(fake.tables.effect_count, 0);
    /* The commit happened, but its answer was lost: the next try finds the note. */
    fake.lost_commits = 1;
    assert_false(inbox_replay_letter(&inbox, &letter, &became, &why, &err));
    assert_int_equal(replay(&letter), DEAD_OPEN);
    assert_int_equal(fake.tables.effect_count, 1);
}

static void derived_rows_only(void **state)
{
    struct err err;
    struct inbox_rederived counts = {0};
    (void)state;
    for (int i = 0; i < 8; i++)
        set_record(i, i % 2 == 0 ? EVENT_USER_REGISTERED : EVENT_USER_UPDATED, i + 1);
    records[4].value = "not JSON";
    records[4].value_len = 8;
    assert_true(inbox_rederive(&inbox, &part, records, 8, &counts, &err));
    assert_int_equal(counts.applied, 3);
    assert_int_equal(counts.others, 4);
    assert_int_equal(counts.refused, 1);
    assert_int_equal(fake.tables.effect_count, 3);
    assert_int_equal(fake.tables.dead_count, 0); /* it went there when it was consumed */
    assert_int_equal(fake.tables.sequence_count, 0);
    assert_int_equal(fake.tables.offset_count, 0);
}

static void a_refused_event_does_not_stop_the_others(void **state)
{
    struct err err;
    struct inbox_rederived counts = {0};
    (void)state;
    svc = (struct svc){.fails_at = 3, .code = ERR_INVALID, .times = 99};
    for (int i = 0; i < 8; i++)
        set_record(i, EVENT_USER_REGISTERED, i + 1);
    assert_true(inbox_rederive(&inbox, &part, records, 8, &counts, &err));
    assert_int_equal(counts.applied, 7);
    assert_int_equal(counts.refused, 1);
    assert_string_equal(counts.why.text, "no");
    assert_int_equal(fake.tables.effect_count, 7);
    svc = (struct svc){.fails_at = 3, .code = ERR_UNAVAILABLE, .times = 99};
    assert_false(inbox_rederive(&inbox, &part, records, 8, &counts, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(applied_once, set_up),
        cmocka_unit_test_setup(sequence_is_seen_when_it_is_the_last, set_up),
        cmocka_unit_test_setup(still_bad_goes_back_once, set_up),
        cmocka_unit_test_setup(bytes_that_are_no_event, set_up),
        cmocka_unit_test_setup(passing_reason, set_up),
        cmocka_unit_test_setup(derived_rows_only, set_up),
        cmocka_unit_test_setup(a_refused_event_does_not_stop_the_others, set_up),
    };
    log_init("inbox_replay_test", LOG_ERROR);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    set_up(NULL);
    return failed;
}
