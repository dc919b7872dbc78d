/* Fast requests that are not ready, and those that ask again, without a server or a database. */
#include "tests/test.h"

#include <string.h>

#include "base/mem.h"
#include "http/call_fake.h"
#include "http/router.h"
#include "tests/fake_verifier.h"

static bool is_ready;
static int looks; /* that find nothing, before one does */

static bool ready(struct svc *svc, const struct req *req)
{
    (void)svc, (void)req;
    return is_ready;
}

static bool ask(struct svc *svc, const struct req *req, void *state, struct pg_ask *ask,
                struct resp *resp, struct err *err)
{
    (void)svc, (void)resp, (void)err;
    *(int *)state = req_prefer_wait(req, 10);
    pg_ask_add(ask, P_STR("stored"));
    return true;
}

static bool answer(struct svc *svc, const struct req *req, const void *state,
                   const struct pg_ask *ask, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)ask, (void)err;
    resp->again = *(const int *)state > 0;
    return resp_json(resp, 202, json_pack("{s:i}", "wait", *(const int *)state));
}

static void look(const struct req *req, const void *state, struct pg_ask *ask)
{
    (void)req, (void)state;
    pg_ask_add(ask, P_STR("looked for"));
}

static bool looked(struct svc *svc, const struct req *req, const void *state,
                   const struct pg_ask *ask, struct resp *resp, struct err *err)
{
    (void)svc, (void)req, (void)state, (void)err;
    assert_int_equal(ask->count, 1);
    if (looks-- > 0) {
        resp->again = true;
        return true;
    }
    return resp_json(resp, 201, json_object());
}

static const struct fast_again again = {
    .statement = "look", .after_ms = 20, .ask = look, .answer = looked};
static const struct fast fast = {.kind = FAST_WRITE,
                                 .statement = "store",
                                 .ask = ask,
                                 .answer = answer,
                                 .state_size = sizeof(int),
                                 .ready = ready,
                                 .again = &again};
static const struct route routes[] = {
    {.method = "POST", .path = "/thing", .max_body = 64, .lane = ROUTE_FAST, .fast = &fast},
};
static struct call_conf conf;

/* A request that has come in whole and was handed to the database, which has done it. */
static struct call *asked(const char *prefer)
{
    static const char *headers[] = {"Content-Type", "application/json", "Prefer", NULL, NULL};
    headers[3] = prefer;
    struct call *call = call_new(&conf, "/thing");
    struct call_headers given = {.get = call_fake_get, .ctx = (void *)(uintptr_t)headers};
    assert_int_equal(call_admit(call, "POST", &given, "192.0.2.1"), CALL_READ_BODY);
    assert_true(call_body_add(call, "{}", 2));
    call_complete(call);
    assert_true(call_ask(call));
    call->ask.ok = true;
    return call;
}

static void one_that_is_not_ready_runs_on_a_worker(void **state)
{
    (void)state;
    struct call *call = asked("");
    is_ready = false;
    assert_int_equal(call_lane(call), ROUTE_WORKERS);
    is_ready = true;
    assert_int_equal(call_lane(call), ROUTE_FAST);
    call_free(call);
}

static void it_asks_until_the_answer_is_there(void **state)
{
    (void)state;
    struct call *call = asked("wait=5");
    int after_ms = 0;
    looks = 2;
    for (int i = 0; i < 3; i++) {
        assert_true(call_try(call, &after_ms));
        assert_int_equal(after_ms, 20);
        assert_string_equal(call->ask.statement, "look");
        call->ask.ok = true;
    }
    assert_false(call_try(call, &after_ms));
    call_end(call);
    assert_int_equal(call->answer.status, 201);
    call_free(call);
}

static void what_cannot_wait_or_look_gets_the_answer_of_before(void **state)
{
    (void)state;
    int after_ms;
    struct call *call = asked("wait=5");
    assert_true(call_try(call, &after_ms));
    call_end(call);
    assert_int_equal(call->answer.status, 202);
    call_free(call);
    call = asked("wait=5");
    assert_true(call_try(call, &after_ms));
    call->ask.ok = false; /* the database is away: what was stored stays stored */
    assert_false(call_try(call, &after_ms));
    call_end(call);
    assert_int_equal(call->answer.status, 202);
    call_free(call);
}

static void preferences_are_read_as_rfc_7240_writes_them(void **state)
{
    (void)state;
    static const struct {
        const char *prefer;
        int seconds;
    } rows[] = {
        {"wait=2", 2},          {"WAIT = 3", 3}, {"respond-async, wait=4", 4},
        {"wait=\"5\"", 5},      {"wait=99", 10}, {"wait=99999999999999999999", 10},
        {"wait=6; strict", 6},  {"", 0},         {"wait", 0},
        {"wait=", 0},           {"wait=-1", 0},  {"wait=2x", 0},
        {"waiting=2", 0},       {"wait=0", 0},   {"return=minimal", 0},
        {"return=minimal,", 0},
    };
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct call *call = asked(rows[i].prefer);
        if (*(int *)call->state != rows[i].seconds)
            fail_msg("%s: %d", rows[i].prefer, *(int *)call->state);
        call_free(call);
    }
}

int main(void)
{
    conf.router = router_new(routes, LENGTH(routes));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_that_is_not_ready_runs_on_a_worker),
        cmocka_unit_test(it_asks_until_the_answer_is_there),
        cmocka_unit_test(what_cannot_wait_or_look_gets_the_answer_of_before),
        cmocka_unit_test(preferences_are_read_as_rfc_7240_writes_them),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    router_free((struct router *)(uintptr_t)conf.router);
    return failed;
}
