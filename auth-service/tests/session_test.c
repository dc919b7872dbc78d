#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "sessions/session.h"

#define USER "0191d2a0-0000-7000-8000-000000000001"
#define T0 (INT64_C(1774115380) * US_PER_S)

static const struct session_rules rules = {.life_us = 1000 * US_PER_S, .grace_us = 10 * US_PER_S};
static struct session session;
static char first[REFRESH_TEXT_SIZE];

static int begin(void **state)
{
    (void)state;
    session_begin(&session, USER, &rules, T0, first);
    session_set_client(&session, "192.0.2.1", "browser \xff\n");
    return 0;
}

static enum refresh_outcome refresh_at(const char *text, int64_t after_s,
                                       char out[static REFRESH_TEXT_SIZE])
{
    struct refresh_token token;
    assert_true(refresh_token_parse(text, &token));
    return session_refresh(&session, &token, &rules, T0 + after_s * US_PER_S, out);
}

static void texts_are_opaque_and_exact(void **state)
{
    (void)state;
    struct refresh_token token;
    assert_int_equal(strlen(first), REFRESH_TEXT_SIZE - 1);
    assert_true(refresh_token_parse(first, &token));
    assert_string_equal(token.user_id, USER);
    assert_string_equal(token.session_id, session.session_id);
    assert_int_equal(token.generation, 1);
    assert_true(refresh_token_genuine(&token, session.family_key));
    assert_memory_equal(token.hash, session.current.rows[0], REFRESH_HASH_SIZE);
    static const char *const bad[] = {"", "x", "AAAA", "not base64 at all"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(refresh_token_parse(bad[i], &token));
    assert_string_equal(session.user_agent, "browser ??");
}

static void each_use_begins_a_generation(void **state)
{
    (void)state;
    char a[REFRESH_TEXT_SIZE], b[REFRESH_TEXT_SIZE];
    memcpy(a, first, sizeof a);
    for (int i = 1; i <= 5; i++) {
        assert_int_equal(refresh_at(a, i * 100, b), REFRESH_ROTATED);
        assert_int_equal(session.generation, 1 + i);
        assert_int_equal(session.expires_at_us, T0 + i * 100 * US_PER_S + rules.life_us);
        memcpy(a, b, sizeof a);
    }
}

static void reuse_after_the_window_ends_it(void **state)
{
    (void)state;
    char out[REFRESH_TEXT_SIZE];
    assert_int_equal(refresh_at(first, 100, out), REFRESH_ROTATED);
    assert_int_equal(refresh_at(first, 110, out), REFRESH_PARALLEL);
    assert_int_equal(refresh_at(first, 111, out), REFRESH_REUSED);
}

static void two_generations_back_ends_it_at_once(void **state)
{
    (void)state;
    char second[REFRESH_TEXT_SIZE], out[REFRESH_TEXT_SIZE];
    assert_int_equal(refresh_at(first, 1, second), REFRESH_ROTATED);
    assert_int_equal(refresh_at(second, 2, out), REFRESH_ROTATED);
    assert_int_equal(refresh_at(first, 2, out), REFRESH_REUSED);
}

static void parallel_tokens_are_brothers_of_one_line(void **state)
{
    (void)state;
    char a[REFRESH_TEXT_SIZE], b[REFRESH_TEXT_SIZE], a2[REFRESH_TEXT_SIZE], out[REFRESH_TEXT_SIZE];
    assert_int_equal(refresh_at(first, 1, a), REFRESH_ROTATED);
    assert_int_equal(refresh_at(first, 2, b), REFRESH_PARALLEL);
    assert_string_not_equal(a, b);
    assert_int_equal(session.generation, 2);
    /* Either may go on; the other cannot for longer than the window. */
    assert_int_equal(refresh_at(b, 500, a2), REFRESH_ROTATED);
    assert_int_equal(refresh_at(a, 505, out), REFRESH_PARALLEL);
    assert_int_equal(refresh_at(a, 511, out), REFRESH_REUSED);
}

static void a_crowd_is_bounded(void **state)
{
    (void)state;
    char out[REFRESH_TEXT_SIZE];
    assert_int_equal(refresh_at(first, 1, out), REFRESH_ROTATED);
    for (int i = 1; i < SESSION_BROTHERS; i++)
        assert_int_equal(refresh_at(first, 1, out), REFRESH_PARALLEL);
    assert_int_equal(refresh_at(first, 1, out), REFRESH_CROWDED);
}

static void invented_tokens_end_nothing(void **state)
{
    (void)state;
    struct refresh_token token;
    char text[REFRESH_TEXT_SIZE], out[REFRESH_TEXT_SIZE];
    unsigned char other_key[FAMILY_KEY_SIZE] = {1};
    assert_true(refresh_token_parse(first, &token));
    refresh_token_make(&token, other_key, text);
    assert_int_equal(refresh_at(text, 1, out), REFRESH_UNKNOWN);
    /* Even who knows the family key has no token that was handed out. */
    refresh_token_make(&token, session.family_key, text);
    assert_int_equal(refresh_at(text, 1, out), REFRESH_UNKNOWN);
    token.generation = 9;
    refresh_token_make(&token, session.family_key, text);
    assert_int_equal(refresh_at(text, 1, out), REFRESH_UNKNOWN);
    assert_int_equal(refresh_at(first, 1, out), REFRESH_ROTATED);
}

static void sessions_expire_and_no_window_means_none(void **state)
{
    (void)state;
    char out[REFRESH_TEXT_SIZE];
    struct refresh_token token;
    const struct session_rules strict = {.life_us = rules.life_us, .grace_us = 0};
    assert_int_equal(refresh_at(first, 1000, out), REFRESH_EXPIRED);
    assert_true(refresh_token_parse(first, &token));
    assert_int_equal(session_refresh(&session, &token, &strict, T0, out), REFRESH_ROTATED);
    assert_int_equal(session_refresh(&session, &token, &strict, T0, out), REFRESH_REUSED);
}

#define TEST(fn) cmocka_unit_test_setup(fn, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(texts_are_opaque_and_exact),
        TEST(each_use_begins_a_generation),
        TEST(reuse_after_the_window_ends_it),
        TEST(two_generations_back_ends_it_at_once),
        TEST(parallel_tokens_are_brothers_of_one_line),
        TEST(a_crowd_is_bounded),
        TEST(invented_tokens_end_nothing),
        TEST(sessions_expire_and_no_window_means_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
