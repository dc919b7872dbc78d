#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/mem.h"
#include "keys/rotation.h"

enum { LEAD = 10, VERIFY = 20, ROTATE = 100, NOW = 1000 };

static const struct rotation_rules usual = {
    .alg = "ES256", .rotate_us = ROTATE, .lead_us = LEAD, .verify_us = VERIFY, .makes_keys = true};

static struct rotation_key key(enum key_state state, int64_t age)
{
    return (struct rotation_key){
        .state = state, .alg = "ES256", .since_us = NOW - age, .has_private = true};
}

static void expect(const struct rotation_rules *rules, const struct rotation_key keys[],
                   size_t count, enum rotation_step step, size_t which)
{
    struct rotation_move move = rotation_due(rules, keys, count, NOW);
    assert_int_equal(move.step, step);
    if (step == ROTATION_SIGNS || step == ROTATION_RETIRES)
        assert_int_equal(move.key, which);
}

static void first_key_is_made(void **state)
{
    (void)state;
    expect(&usual, NULL, 0, ROTATION_MAKES, 0);
}

static void a_key_serves_its_time(void **state)
{
    (void)state;
    struct rotation_key young[] = {key(KEY_SIGNING, ROTATE - LEAD - 1)};
    struct rotation_key old[] = {key(KEY_SIGNING, ROTATE - LEAD)};
    struct rotation_rules never = usual;
    never.rotate_us = 0;
    expect(&usual, young, 1, ROTATION_RESTS, 0);
    expect(&usual, old, 1, ROTATION_MAKES, 0);
    expect(&never, old, 1, ROTATION_RESTS, 0);
}

static void a_key_is_published_before_it_signs(void **state)
{
    (void)state;
    struct rotation_key fresh[] = {key(KEY_SIGNING, ROTATE), key(KEY_NEXT, LEAD - 1)};
    struct rotation_key known[] = {key(KEY_SIGNING, ROTATE), key(KEY_NEXT, LEAD)};
    expect(&usual, fresh, 2, ROTATION_RESTS, 0);
    expect(&usual, known, 2, ROTATION_SIGNS, 1);
}

static void a_key_verifies_until_its_tokens_are_gone(void **state)
{
    (void)state;
    struct rotation_key needed[] = {key(KEY_SIGNING, 1), key(KEY_VERIFYING, VERIFY - 1)};
    struct rotation_key over[] = {key(KEY_SIGNING, 1), key(KEY_VERIFYING, VERIFY)};
    struct rotation_rules files = usual;
    files.makes_keys = false;
    expect(&usual, needed, 2, ROTATION_RESTS, 0);
    expect(&usual, over, 2, ROTATION_RETIRES, 1);
    expect(&files, over, 2, ROTATION_RETIRES, 1);
}

static void another_algorithm_is_another_key(void **state)
{
    (void)state;
    struct rotation_key keys[] = {key(KEY_SIGNING, 1)};
    keys[0].alg = "RS256";
    expect(&usual, keys, 1, ROTATION_MAKES, 0);
}

static void without_a_key_that_can_sign_nothing_waits(void **state)
{
    (void)state;
    struct rotation_key lost[] = {key(KEY_VERIFYING, 1), key(KEY_NEXT, 0)};
    struct rotation_key file[] = {key(KEY_SIGNING, 1)};
    file[0].has_private = false;
    expect(&usual, lost, 2, ROTATION_SIGNS, 1);
    expect(&usual, file, 1, ROTATION_MAKES, 0);
}

static void an_operators_key_is_left_to_its_file(void **state)
{
    (void)state;
    struct rotation_key keys[] = {key(KEY_SIGNING, ROTATE), key(KEY_NEXT, LEAD)};
    struct rotation_rules files = usual;
    files.makes_keys = false;
    keys[1].has_private = false;
    expect(&usual, keys, 2, ROTATION_RESTS, 0);
    keys[0].has_private = false;
    expect(&files, keys, 2, ROTATION_RESTS, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_key_is_made),
        cmocka_unit_test(a_key_serves_its_time),
        cmocka_unit_test(a_key_is_published_before_it_signs),
        cmocka_unit_test(a_key_verifies_until_its_tokens_are_gone),
        cmocka_unit_test(another_algorithm_is_another_key),
        cmocka_unit_test(without_a_key_that_can_sign_nothing_waits),
        cmocka_unit_test(an_operators_key_is_left_to_its_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
