#include "base/team.h"

#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "tests/test.h"

enum { SIZE = 4, ROUNDS = 2000 };

static int done[SIZE]; /* unguarded: only the join makes them readable */
static atomic_int inside, together;

static void count(void *arg, size_t member)
{
    assert_ptr_equal(arg, done);
    done[member]++;
}

static void each_member_works_once_a_round(void **state)
{
    (void)state;
    struct team *team = team_new(SIZE, "test", count, done);
    for (int round = 0; round < ROUNDS; round++) {
        size_t wanted = (size_t)round % SIZE + 1;
        int before[SIZE];
        memcpy(before, done, sizeof done);
        team_run(team, wanted);
        for (size_t i = 0; i < SIZE; i++)
            assert_int_equal(done[i] - before[i], i < wanted ? 1 : 0);
    }
    team_free(team);
}

/* Nobody leaves before all are there: it ends only if they work at the same time. */
static void meet(void *arg, size_t member)
{
    (void)arg;
    (void)member;
    atomic_fetch_add(&inside, 1);
    while (atomic_load(&inside) < SIZE)
        ;
    atomic_fetch_add(&together, 1);
}

static void members_work_at_the_same_time(void **state)
{
    (void)state;
    struct team *team = team_new(SIZE, "test", meet, NULL);
    team_run(team, SIZE);
    assert_int_equal(atomic_load(&together), SIZE);
    team_free(team);
}

static void one_is_enough_and_none_is_fine(void **state)
{
    (void)state;
    int before = done[0];
    struct team *team = team_new(1, "test", count, done);
    team_run(team, 1);
    team_free(team);
    team_free(NULL);
    assert_int_equal(done[0], before + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_member_works_once_a_round),
        cmocka_unit_test(members_work_at_the_same_time),
        cmocka_unit_test(one_is_enough_and_none_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
