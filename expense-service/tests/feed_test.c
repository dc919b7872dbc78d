/* Who is told what: from now on, after a break, too far behind, too many, too long. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/timefmt.h"
#include "fake_store.h"
#include "http/http.h"

#define OTHER "01a20b38-7d30-7a8b-8ed3-d4da7364439e"

static struct feed *feed;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    feed = feed_new(&(struct feed_conf){.bytes = 1 << 20, .listeners = 150});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    feed_free(feed);
    return 0;
}

static void tell(const char *user_id, int64_t sequence)
{
    feed_tell(feed, &(struct feed_event){.user_id = user_id,
                                         .type = "expense.created",
                                         .data = "{\"n\":1}",
                                         .len = 7,
                                         .sequence = sequence});
}

static struct listener *enter(int64_t newest, int64_t last)
{
    struct listener *listener = NULL;
    struct feed_start start = {.session.user_id = USER, .newest = newest, .last = last};
    assert_int_equal(feed_enter(feed, &start, &listener), FEED_ENTERED);
    feed_begin(listener, (struct waker *)&fake);
    return listener;
}

/* What the listener is told now is exactly this; NULL: nothing. */
static void expect(struct listener *listener, const char *text)
{
    struct buf out = {0};
    assert_true(feed_next(listener, &out));
    assert_string_equal(out.data != NULL ? out.data : "", text != NULL ? text : "");
    buf_fini(&out);
}

#define READY(id) "retry: 2000\nid: " id "\nevent: ready\ndata: {}\n\n"
#define RESYNC(id) "id: " id "\nevent: resync\ndata: {}\n\n"
#define EVENT(id) "id: " id "\nevent: expense.created\ndata: {\"n\":1}\n\n"

static void test_from_now_on(void **state)
{
    (void)state;
    tell(USER, 6);
    struct listener *listener = enter(7, -1);
    expect(listener, READY("7"));
    tell(USER, 7); /* was on its way when the listener came */
    expect(listener, NULL);
    tell(OTHER, 8);
    expect(listener, NULL);
    fake.woken = 0;
    tell(USER, 8);
    tell(USER, 8);
    tell(USER, 9);
    assert_int_equal(fake.woken, 2);
    expect(listener, EVENT("8") EVENT("9"));
    expect(listener, NULL);
    feed_leave(listener);
}

static void test_goes_on_where_it_was(void **state)
{
    (void)state;
    for (int i = 4; i <= 6; i++)
        tell(USER, i);
    struct listener *listener = enter(7, 4);
    expect(listener, READY("4") EVENT("5") EVENT("6"));
    tell(USER, 7);
    expect(listener, EVENT("7"));
    feed_leave(listener);
    listener = enter(7, 7); /* missed nothing */
    expect(listener, READY("7"));
    feed_leave(listener);
    listener = enter(7, 3); /* 4 is the first that is kept */
    expect(listener, READY("3") EVENT("4") EVENT("5") EVENT("6") EVENT("7"));
    feed_leave(listener);
}

static void test_too_far_behind(void **state)
{
    (void)state;
    struct listener *listener = enter(7, 5); /* of a replica that has just begun */
    expect(listener, "retry: 2000\n" RESYNC("7"));
    tell(USER, 8);
    expect(listener, EVENT("8"));
    feed_leave(listener);
    listener = enter(8, 2);
    expect(listener, "retry: 2000\n" RESYNC("8"));
    feed_leave(listener);
    listener = enter(8, 99); /* a number that nobody was told */
    expect(listener, "retry: 2000\n" RESYNC("8"));
    feed_leave(listener);
}

static void test_slow_reader_gets_resync(void **state)
{
    (void)state;
    struct listener *listener = enter(1, -1);
    expect(listener, READY("1"));
    for (int i = 2; i <= 20000; i++)
        tell(USER, i);
    assert_true(feed_bytes(feed) <= 1 << 20);
    expect(listener, RESYNC("20000"));
    tell(USER, 20001);
    expect(listener, EVENT("20001"));
    /* All that is kept goes; an event that comes twice afterwards is not told twice. */
    for (int i = 1; i <= 20000; i++)
        tell(OTHER, i);
    tell(USER, 20001);
    expect(listener, NULL);
    tell(USER, 20002);
    expect(listener, EVENT("20002"));
    feed_leave(listener);
}

static void test_pieces_are_bounded(void **state)
{
    (void)state;
    struct listener *listener = enter(0, -1);
    int64_t told = 0;
    expect(listener, READY("0"));
    for (int i = 1; i <= 2000; i++)
        tell(USER, i);
    for (struct buf out = {0}; told < 2000; buf_fini(&out), out = (struct buf){0}) {
        assert_true(feed_next(listener, &out));
        assert_true(out.len > 0 && out.len < 20000);
        for (const char *at = out.data; (at = strstr(at, "\nevent")) != NULL; at++)
            told++;
    }
    assert_int_equal(told, 2000);
    feed_leave(listener);
}

static void test_limits(void **state)
{
    (void)state;
    struct listener *all[150], *more;
    struct feed_start start = {.session.user_id = USER, .last = -1};
    for (int i = 0; i < FEED_PER_USER; i++)
        all[i] = enter(0, -1);
    assert_int_equal(feed_enter(feed, &start, &more), FEED_USER_FULL);
    snprintf(start.session.user_id, UUID_SIZE, OTHER);
    for (int i = FEED_PER_USER; i < 150; i++)
        assert_int_equal(feed_enter(feed, &start, &all[i]), FEED_ENTERED);
    assert_int_equal(feed_enter(feed, &start, &more), FEED_FULL);
    for (int i = 0; i < 150; i++)
        feed_leave(all[i]);
    assert_int_equal(feed_listeners(feed), 0);
    assert_int_equal(feed_bytes(feed), 0);
}

static bool never(void *arg, const struct feed_session *session)
{
    (void)arg, (void)session;
    return false;
}

static bool always(void *arg, const struct feed_session *session)
{
    (void)arg, (void)session;
    return true;
}

static bool goes_on(struct listener *listener)
{
    struct buf out = {0};
    bool on = feed_next(listener, &out);
    buf_fini(&out);
    return on;
}

static void test_heartbeat_and_end(void **state)
{
    (void)state;
    struct listener *listener = enter(0, -1);
    int64_t now = time_mono_us();
    expect(listener, READY("0"));
    feed_beat(feed, now + 5 * US_PER_S, never, NULL);
    expect(listener, NULL);
    fake.woken = 0;
    feed_beat(feed, now + (FEED_BEAT_S + 1) * US_PER_S, never, NULL);
    assert_int_equal(fake.woken, 1);
    expect(listener, ":\n\n");
    expect(listener, NULL);
    feed_beat(feed, now, always, NULL);
    assert_false(goes_on(listener));
    feed_beat(feed, now + (FEED_LIFE_S + 1) * US_PER_S, never, NULL);
    assert_false(goes_on(listener));
    feed_leave(listener);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_from_now_on),        TEST(test_goes_on_where_it_was),
        TEST(test_too_far_behind),     TEST(test_slow_reader_gets_resync),
        TEST(test_pieces_are_bounded), TEST(test_limits),
        TEST(test_heartbeat_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
