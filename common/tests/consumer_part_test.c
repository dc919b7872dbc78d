/* What waits is applied in order, and what has to be done at the broker is left in the wish. The
 * inbox and the client are fakes. */
#include "events/consumer_part.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "tests/test.h"

enum { BATCH = 200, APPLIED_MAX = 64 };

static const struct topic_row rows[] = {{.topic = "a.v1", .type = "one"},
                                        {.topic = "a.v1", .type = "two"},
                                        {.topic = "b.v1", .type = "one"}};
static const struct inbox inbox = {.rows = rows, .row_count = LENGTH(rows)};
static atomic_bool stopping;
static struct inbox_record room[2 * BATCH];

static struct {
    enum inbox_outcome outcome; /* of inbox_apply, with used and where the offset is then */
    size_t used;
    int64_t moved_to;
    bool refuses_together;
    char applied[APPLIED_MAX][32]; /* topic, partition, first offset, count */
    size_t applied_count, dropped;
    size_t read, given, read_dropped; /* ahead of their turn */
    pthread_barrier_t *meets;         /* both threads are applying */
    pthread_mutex_t lock;
} fake;

static void note(const struct inbox_slice *slice)
{
    pthread_mutex_lock(&fake.lock);
    snprintf(fake.applied[fake.applied_count++], sizeof fake.applied[0], "%s/%d %lld+%zu",
             slice->part->topic, slice->part->partition, (long long)slice->records[0].offset,
             slice->count);
    pthread_mutex_unlock(&fake.lock);
}

/* A batch is known by its first record. */
struct batch *inbox_read(const struct inbox *self, const struct inbox_slice *slice)
{
    assert_ptr_equal(self, &inbox);
    pthread_mutex_lock(&fake.lock);
    fake.read++;
    pthread_mutex_unlock(&fake.lock);
    return (struct batch *)(uintptr_t)(slice->records[0].offset + 1);
}

void inbox_read_drop(struct batch **ahead)
{
    fake.read_dropped += *ahead != NULL;
    *ahead = NULL;
}

enum inbox_outcome inbox_apply(const struct inbox *self, const struct inbox_slice *slice,
                               size_t *used)
{
    assert_ptr_equal(self, &inbox);
    note(slice);
    if (slice->ahead != NULL) {
        assert_int_equal((uintptr_t)slice->ahead, slice->records[0].offset + 1);
        fake.given++;
    }
    if (fake.meets != NULL)
        pthread_barrier_wait(fake.meets);
    *used = fake.outcome == INBOX_APPLIED ? slice->count : fake.used;
    slice->part->next_offset =
        fake.outcome == INBOX_MOVED ? fake.moved_to : slice->records[0].offset + (int64_t)*used;
    enum inbox_outcome outcome = fake.outcome;
    fake.outcome = INBOX_APPLIED;
    return outcome;
}

bool inbox_apply_together(const struct inbox *self, const struct inbox_slice slices[], size_t count)
{
    assert_ptr_equal(self, &inbox);
    if (fake.refuses_together)
        return false;
    for (size_t i = 0; i < count; i++)
        note(&slices[i]);
    return true;
}

bool inbox_is_first_of_topic(const struct inbox *self, size_t row)
{
    return row == 0 || strcmp(self->rows[row - 1].topic, self->rows[row].topic) != 0;
}

void group_record_fini(struct group_record *record)
{
    (void)record;
    pthread_mutex_lock(&fake.lock);
    fake.dropped++;
    pthread_mutex_unlock(&fake.lock);
}

static int set_up(void **state)
{
    (void)state;
    memset(&fake, 0, sizeof fake);
    pthread_mutex_init(&fake.lock, NULL);
    return 0;
}

static struct part *add_part(struct part **list, const char *topic, int32_t partition, size_t count)
{
    struct part *part = part_new(topic, partition);
    part->in.stored = true;
    for (size_t i = 0; i < count; i++)
        part_hold(part, &(struct group_record){.offset = (int64_t)i});
    part->next = *list;
    *list = part;
    return part;
}

static void free_parts(struct part *list)
{
    for (struct part *next; list != NULL; list = next) {
        next = list->next;
        part_free(list);
    }
}

static void apply(struct part *parts)
{
    const struct parts_work work = {
        .inbox = &inbox, .parts = parts, .batch = BATCH, .room = room, .stopping = &stopping};
    parts_apply(&work);
}

static void what_may_not_be_tried_yet_waits(void **state)
{
    (void)state;
    struct part *parts = NULL;
    struct part *later = add_part(&parts, "a.v1", 0, 150);
    struct part *lost = add_part(&parts, "a.v1", 1, 150);
    later->in.attempts = 1;
    later->in.retry_at_us = time_mono_us() + 60 * US_PER_S;
    lost->wish = PART_SEEKS;
    apply(parts);
    assert_int_equal(fake.applied_count, 0);
    assert_int_equal(later->wish, PART_STAYS);
    assert_int_equal(lost->wish, PART_SEEKS);
    free_parts(parts);
}

static void small_parts_of_a_topic_go_together(void **state)
{
    (void)state;
    struct part *parts = NULL;
    add_part(&parts, "b.v1", 5, 10);
    add_part(&parts, "a.v1", 0, 20);
    struct part *failed = add_part(&parts, "a.v1", 1, 30);
    struct part *one = add_part(&parts, "a.v1", 2, 40);
    failed->in.attempts = 1;
    apply(parts);
    assert_int_equal(fake.applied_count, 4);
    assert_string_equal(fake.applied[0], "a.v1/2 0+40");
    assert_string_equal(fake.applied[1], "a.v1/0 0+20");
    assert_string_equal(fake.applied[2], "a.v1/1 0+30"); /* by itself */
    assert_string_equal(fake.applied[3], "b.v1/5 0+10");
    assert_int_equal(fake.dropped, 100);
    assert_int_equal(one->wish, PART_RESUMES);
    free_parts(parts);
}

static void refused_together_each_has_its_turn(void **state)
{
    (void)state;
    struct part *parts = NULL;
    add_part(&parts, "a.v1", 0, 20);
    add_part(&parts, "a.v1", 1, 30);
    fake.refuses_together = true;
    apply(parts);
    assert_int_equal(fake.applied_count, 2);
    assert_int_equal(fake.dropped, 50);
    free_parts(parts);
}

static void no_transaction_exceeds_a_batch(void **state)
{
    (void)state;
    struct part *parts = NULL;
    add_part(&parts, "a.v1", 0, BATCH + 50);
    apply(parts);
    assert_string_equal(fake.applied[0], "a.v1/0 0+200");
    assert_string_equal(fake.applied[1], "a.v1/0 200+50");
    free_parts(parts);
}

static void the_next_batch_is_read_ahead(void **state)
{
    (void)state;
    struct part *parts = NULL;
    add_part(&parts, "a.v1", 0, 2 * BATCH + 150);
    apply(parts);
    assert_int_equal(fake.applied_count, 3);
    assert_int_equal(fake.read, 2);
    assert_int_equal(fake.given, 2);
    assert_int_equal(fake.read_dropped, 0);
    free_parts(parts);
}

static void what_was_read_ahead_of_a_failure_is_dropped(void **state)
{
    (void)state;
    struct part *parts = NULL;
    struct part *part = add_part(&parts, "a.v1", 0, BATCH + 150);
    fake.outcome = INBOX_WAIT;
    fake.used = 7;
    apply(parts);
    assert_int_equal(part_waiting(part), BATCH + 143);
    assert_int_equal(fake.read, 1);
    assert_int_equal(fake.read_dropped, 1);
    free_parts(parts);
}

/* Each of the two waits for the other to have begun. */
static void much_in_several_parts_is_applied_by_two_threads(void **state)
{
    (void)state;
    struct part *parts = NULL;
    pthread_barrier_t meets;
    pthread_barrier_init(&meets, NULL, 2);
    struct part *one = add_part(&parts, "a.v1", 0, 150);
    struct part *two = add_part(&parts, "a.v1", 1, 150);
    fake.meets = &meets;
    apply(parts);
    assert_int_equal(fake.applied_count, 2);
    assert_int_equal(one->wish, PART_RESUMES);
    assert_int_equal(two->wish, PART_RESUMES);
    assert_int_equal(fake.dropped, 300);
    pthread_barrier_destroy(&meets);
    free_parts(parts);
}

static void a_failure_pauses_and_keeps_the_rest(void **state)
{
    (void)state;
    struct part *parts = NULL;
    struct part *part = add_part(&parts, "a.v1", 0, 150);
    fake.outcome = INBOX_WAIT;
    fake.used = 7;
    apply(parts);
    assert_int_equal(part->wish, PART_PAUSES);
    assert_int_equal(part_waiting(part), 143);
    assert_int_equal(fake.dropped, 7);
    free_parts(parts);
}

static void a_further_owner_is_followed(void **state)
{
    (void)state;
    struct part *parts = NULL;
    struct part *part = add_part(&parts, "a.v1", 0, 150);
    fake.outcome = INBOX_MOVED;
    fake.moved_to = 100;
    apply(parts);
    assert_string_equal(fake.applied[1], "a.v1/0 100+50");
    assert_int_equal(part->wish, PART_RESUMES);
    free_parts(parts);
}

static void an_offset_that_went_back_wants_a_seek(void **state)
{
    (void)state;
    struct part *parts = NULL;
    struct part *part = add_part(&parts, "a.v1", 0, 150);
    part->in.next_offset = 10;
    fake.outcome = INBOX_MOVED;
    fake.moved_to = 3;
    apply(parts);
    assert_int_equal(part->wish, PART_SEEKS);
    apply(parts);
    assert_int_equal(fake.applied_count, 1);
    free_parts(parts);
}

enum { SECOND = 1000000 };

static void a_part_that_stands_while_its_log_goes_on_is_helped(void **state)
{
    (void)state;
    struct part *parts = NULL;
    struct part *part = add_part(&parts, "a.v1", 0, 0);
    part->position = 7;
    assert_false(part_stands_still(part, 1 * SECOND));
    assert_false(part_stands_still(part, 15 * SECOND));
    assert_true(part_stands_still(part, 16 * SECOND));
    assert_int_equal(part_help_at(part, 16 * SECOND, 7), PART_NEEDS_NONE); /* all is read */
    assert_false(part_stands_still(part, 20 * SECOND));
    assert_true(part_stands_still(part, 31 * SECOND));
    assert_int_equal(part_help_at(part, 31 * SECOND, 9), PART_NEEDS_SEEK);
    part->wish = PART_SEEKS; /* what it needs takes its time */
    assert_false(part_stands_still(part, 60 * SECOND));
    part->wish = PART_STAYS;
    assert_true(part_stands_still(part, 75 * SECOND));
    assert_int_equal(part_help_at(part, 75 * SECOND, 9), PART_NEEDS_CLIENT);
    assert_true(part_stands_still(part, 90 * SECOND));
    assert_int_equal(part_help_at(part, 90 * SECOND, 9), PART_NEEDS_NONE); /* no records there */
    assert_true(part_stands_still(part, 105 * SECOND));
    assert_int_equal(part_help_at(part, 105 * SECOND, 10), PART_NEEDS_CLIENT);
    part->position = 10;
    assert_false(part_stands_still(part, 106 * SECOND));
    assert_true(part_stands_still(part, 121 * SECOND));
    assert_int_equal(part_help_at(part, 121 * SECOND, 12), PART_NEEDS_SEEK); /* anew */
    free_parts(parts);
}

static void what_waits_for_its_next_attempt_does_not_stand_still(void **state)
{
    (void)state;
    struct part *parts = NULL;
    struct part *part = add_part(&parts, "a.v1", 0, 1);
    assert_false(part_stands_still(part, 1 * SECOND));
    assert_false(part_stands_still(part, 100 * SECOND));
    part_drop_held(part);
    part->paused = true;
    assert_false(part_stands_still(part, 200 * SECOND));
    part->paused = false;
    assert_true(part_stands_still(part, 300 * SECOND));
    free_parts(parts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_may_not_be_tried_yet_waits, set_up),
        cmocka_unit_test_setup(small_parts_of_a_topic_go_together, set_up),
        cmocka_unit_test_setup(refused_together_each_has_its_turn, set_up),
        cmocka_unit_test_setup(no_transaction_exceeds_a_batch, set_up),
        cmocka_unit_test_setup(the_next_batch_is_read_ahead, set_up),
        cmocka_unit_test_setup(what_was_read_ahead_of_a_failure_is_dropped, set_up),
        cmocka_unit_test_setup(much_in_several_parts_is_applied_by_two_threads, set_up),
        cmocka_unit_test_setup(a_failure_pauses_and_keeps_the_rest, set_up),
        cmocka_unit_test_setup(a_further_owner_is_followed, set_up),
        cmocka_unit_test_setup(an_offset_that_went_back_wants_a_seek, set_up),
        cmocka_unit_test(a_part_that_stands_while_its_log_goes_on_is_helped),
        cmocka_unit_test(what_waits_for_its_next_attempt_does_not_stand_still),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
