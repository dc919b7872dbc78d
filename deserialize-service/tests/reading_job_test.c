#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "workers/reading_job.h"

#define ANNA "01890000-0000-7000-8000-00000000000a"
#define BELA "01890000-0000-7000-8000-00000000000b"
#define MARKED                                                                                     \
    "INR 450.00 debited from A/c XX4821 to VPA shop@upi CORNER CAFE. UPI Ref 627512340981"
#define PLAIN "INR 120.00 spent on card XX4821 at CORNER CAFE"
#define CODE "123456 is your OTP for a payment of INR 450.00. Do not share it with anyone."

enum { EVENTS_MAX = 8 };

static struct event events[EVENTS_MAX];
static const struct event *list[EVENTS_MAX];
static size_t event_count;

static int reset(void **state)
{
    (void)state;
    for (size_t i = 0; i < event_count; i++)
        json_decref((json_t *)(uintptr_t)events[i].data);
    memset(events, 0, sizeof events);
    event_count = 0;
    return 0;
}

/* at_s: when the text came, in seconds after some hour. */
static void add(const char *user_id, int id, const char *body, int at_s)
{
    struct event *ev = &events[event_count];
    char time[TIMEFMT_SIZE], message_id[UUID_SIZE];
    timefmt_format((INT64_C(1790000000) + at_s) * US_PER_S, time);
    snprintf(message_id, sizeof message_id, "01890000-0000-7000-8000-%012d", id);
    snprintf(ev->user_id, sizeof ev->user_id, "%s", user_id);
    memcpy(ev->id, message_id, sizeof message_id);
    ev->type = EVENT_MESSAGE_RECEIVED;
    ev->data = json_pack("{s:s, s:s, s:s, s:s}", "message_id", message_id, "sender", "VM-EXBANK",
                         "body", body, "received_at", time);
    list[event_count++] = ev;
}

static void run(struct reading_jobs *jobs)
{
    struct err err;
    assert_true(reading_jobs_new(list, event_count, jobs, &err));
    reading_jobs_skip_repeats(jobs);
    reading_jobs_mark(jobs);
    reading_jobs_read(jobs);
    reading_jobs_settle_twins(jobs);
}

static void each_text_has_its_outcome(void **state)
{
    (void)state;
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    add(ANNA, 1, MARKED, 0);
    add(ANNA, 2, CODE, 1);
    run(&jobs);
    assert_string_equal(jobs.items[0].outcome.status, "parsed");
    assert_string_equal(jobs.items[1].outcome.status, "rejected");
    assert_string_equal(jobs.items[1].outcome.reason, "otp");
    assert_true(reading_job_is_booked(&jobs.items[0]));
    assert_false(reading_job_is_booked(&jobs.items[1]));
}

static void a_repeated_event_is_skipped(void **state)
{
    (void)state;
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    add(ANNA, 1, MARKED, 0);
    add(BELA, 1, MARKED, 0);
    add(ANNA, 1, MARKED, 0);
    run(&jobs);
    assert_false(jobs.items[0].skip);
    assert_false(jobs.items[1].skip);
    assert_true(jobs.items[2].skip);
}

/* The same text twice in one batch, with a reference of its own: one payment. */
static void a_marked_text_again_is_a_duplicate(void **state)
{
    (void)state;
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    add(ANNA, 1, MARKED, 0);
    add(BELA, 2, MARKED, 0);
    add(ANNA, 3, MARKED, 90000);
    run(&jobs);
    assert_string_equal(jobs.items[0].outcome.status, "parsed");
    assert_string_equal(jobs.items[1].outcome.status, "parsed"); /* another person's */
    assert_string_equal(jobs.items[2].outcome.status, "duplicate");
    assert_string_equal(jobs.items[2].outcome.duplicate_of, jobs.items[0].message.id);
}

/* Without a mark: at once it is the same, an hour later perhaps a second coffee; the nearest
 * counts, and one that is itself a duplicate is nobody's twin. */
static void an_unmarked_text_apart_is_flagged(void **state)
{
    (void)state;
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    add(ANNA, 1, PLAIN, 0);
    add(ANNA, 2, PLAIN, 30);
    add(ANNA, 3, PLAIN, 3600);
    add(ANNA, 4, PLAIN, 7300);
    run(&jobs);
    assert_string_equal(jobs.items[1].outcome.status, "duplicate");
    assert_string_equal(jobs.items[2].outcome.status, "needs_review");
    assert_string_equal(jobs.items[2].outcome.possible_duplicate_of, jobs.items[0].message.id);
    assert_string_equal(jobs.items[3].outcome.possible_duplicate_of, jobs.items[2].message.id);
}

static void the_twin_in_the_database_counts_when_nearer(void **state)
{
    (void)state;
    struct err err;
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    add(ANNA, 1, PLAIN, 0);
    add(ANNA, 2, PLAIN, 7200);
    assert_true(reading_jobs_new(list, event_count, &jobs, &err));
    reading_jobs_read(&jobs);
    struct reading_twin *twin = &jobs.items[1].twin;
    snprintf(twin->id, sizeof twin->id, "01890000-0000-7000-8000-0000000000ff");
    twin->received_at = jobs.items[1].message.received_at - 1800 * US_PER_S;
    reading_jobs_settle_twins(&jobs);
    assert_string_equal(jobs.items[1].outcome.possible_duplicate_of,
                        "01890000-0000-7000-8000-0000000000ff");
}

static void a_bad_message_is_refused(void **state)
{
    (void)state;
    struct err err;
    scoped(reading_jobs_fini) struct reading_jobs jobs = {0};
    add(ANNA, 1, MARKED, 0);
    add(ANNA, 2, "", 0);
    assert_false(reading_jobs_new(list, event_count, &jobs, &err));
    assert_int_equal(err_verdict(err.code), VERDICT_POISON);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(each_text_has_its_outcome, reset),
        cmocka_unit_test_setup(a_repeated_event_is_skipped, reset),
        cmocka_unit_test_setup(a_marked_text_again_is_a_duplicate, reset),
        cmocka_unit_test_setup(an_unmarked_text_apart_is_flagged, reset),
        cmocka_unit_test_setup(the_twin_in_the_database_counts_when_nearer, reset),
        cmocka_unit_test_setup(a_bad_message_is_refused, reset),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    reset(NULL);
    return failed;
}
