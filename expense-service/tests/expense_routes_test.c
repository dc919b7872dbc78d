#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "base/mem.h"
#include "categories/leaving.h"
#include "events/events.h"
#include "expenses/trash.h"
#include "fake_store.h"
#include "http/call_fake.h"
#include "ledger.h"

static struct svc svc;
static struct router *router;

static int setup(void **state)
{
    (void)state;
    log_init("test", LOG_ERROR);
    router = router_new(ledger_routes, ledger_route_count);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    router_free(router);
    return 0;
}

static int reset(void **state)
{
    (void)state;
    fake_reset();
    return 0;
}

static struct call *send(const char *method, const char *path, const char *if_match,
                         const char *body)
{
    const struct call_conf conf = {.router = router, .svc = &svc, .run_alone = fake_run_alone};
    const char *headers[] = {"Authorization",
                             "Bearer good",
                             "Content-Type",
                             "application/json",
                             if_match ? "If-Match" : NULL,
                             if_match,
                             NULL};
    return call_fake(&conf, method, path, headers, body);
}

/* The status, and that the answer holds text. */
static unsigned ask(const char *method, const char *path, const char *if_match, const char *body,
                    const char *text)
{
    struct call *call = send(method, path, if_match, body);
    unsigned status = call->answer.status;
    if (text != NULL && (call->answer.body == NULL || strstr(call->answer.body, text) == NULL))
        fail_msg("no %s in %u %s", text, status, call->answer.body);
    call_free(call);
    return status;
}
#define ALL "/api/v1/expenses"
#define ONE ALL "/" EXPENSE_ID
#define AMOUNT "\"amount\":{\"amount\":\"450.00\",\"currency\":\"INR\"}"

static void enters_by_hand(void **state)
{
    (void)state;
    struct call *call =
        send("POST", ALL, NULL, "{" AMOUNT ",\"merchant\":\"New\",\"category\":\"Groceries\"}");
    assert_int_equal(call->answer.status, 201);
    assert_non_null(call_fake_header(call, "Location"));
    assert_string_equal(call_fake_header(call, "ETag"), "\"1\"");
    call_free(call);
    assert_int_equal(fake.added, 1);
    assert_int_equal(fake.committed, 1);
    assert_string_equal(fake.last_type, EVENT_EXPENSE_CREATED);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(fake.last_data, "changed"), "amount")),
        "user");
}

static void an_unknown_category_is_not_made(void **state)
{
    (void)state;
    assert_int_equal(ask("POST", ALL, NULL, "{" AMOUNT ",\"category\":\"Nope\"}",
                         "\"code\":\"category_unknown\""),
                     422);
    assert_int_equal(ask("POST", ALL, NULL, "{\"category\":\"Nope\",\"x\":1}", "/category"), 422);
    assert_int_equal(fake.added + fake.committed + fake.published, 0);
}

static void a_repeat_has_no_effect(void **state)
{
    (void)state;
    fake.replay = true;
    assert_int_equal(ask("POST", ALL, NULL, "{" AMOUNT "}", "first"), 201);
    assert_int_equal(fake.added, 0);
}

static void edits_need_the_version(void **state)
{
    (void)state;
    fake.there = true;
    assert_int_equal(ask("PATCH", ONE, NULL, "{}", NULL), 428);
    assert_int_equal(ask("PATCH", ONE, "\"2\"", "{}", NULL), 412);
    assert_int_equal(ask("PATCH", ONE, "\"1\"", "{\"amount\":null,\"q\":1}", "/q"), 422);
    assert_int_equal(ask("PATCH", ONE, "\"1\"", "{}", NULL), 200);
    assert_int_equal(fake.saved, 0);
    assert_int_equal(ask("PATCH", ONE, "\"1\"", "{\"status\":\"posted\"}", "\"status\":\"user\""),
                     200);
    assert_int_equal(fake.saved, 1);
    assert_int_equal(ask("PATCH", ONE, "\"1\"", "{\"note\":\"x\"}", NULL), 412);
}

static void deletes_softly(void **state)
{
    (void)state;
    fake.there = true;
    assert_int_equal(ask("DELETE", ONE, NULL, NULL, NULL), 428);
    assert_int_equal(ask("DELETE", ONE, "\"1\"", NULL, NULL), 204);
    assert_string_equal(fake.last_type, EVENT_EXPENSE_DELETED);
    assert_int_equal(ask("GET", ONE, NULL, NULL, NULL), 404);
    assert_int_equal(ask("DELETE", ONE, "*", NULL, NULL), 404);
}

static void a_refused_edit_tells_the_version_there_is(void **state)
{
    (void)state;
    fake.there = true;
    fake.version = 7;
    struct call *call = send("PATCH", ONE, "\"6\"", "{\"note\":\"x\"}");
    assert_int_equal(call->answer.status, 412);
    assert_string_equal(call_fake_header(call, "ETag"), "\"7\"");
    call_free(call);
}

static void every_change_is_remembered(void **state)
{
    (void)state;
    fake.there = true;
    assert_int_equal(ask("PATCH", ONE, "*", "{\"note\":\"x\",\"tags\":[]}", NULL), 200);
    assert_string_equal(fake.last_change, "updated by user, 2 fields, version 2");
    assert_int_equal(ask("PATCH", ONE, "*", "{}", NULL), 200);
    assert_int_equal(ask("DELETE", ONE, "*", NULL, NULL), 204);
    assert_string_equal(fake.last_change, "deleted by user, 0 fields, version 3");
    assert_int_equal(fake.remembered, 2);
}

static void restores_from_the_trash(void **state)
{
    (void)state;
    fake.in_trash = true;
    assert_int_equal(ask("POST", ONE "/confirm", NULL, NULL, NULL), 404);
    assert_int_equal(ask("GET", ONE "/history", NULL, NULL, "created"), 200);
    assert_int_equal(ask("POST", ONE "/restore", "\"9\"", NULL, NULL), 412);
    assert_int_equal(ask("POST", ONE "/restore", NULL, NULL, EXPENSE_ID), 200);
    assert_string_equal(fake.last_type, EVENT_EXPENSE_RESTORED);
    assert_int_equal(ask("POST", ONE "/restore", NULL, NULL, EXPENSE_ID), 200);
    assert_int_equal(fake.remembered, 1);
}

static void confirms_once(void **state)
{
    (void)state;
    fake.there = fake.in_review = true;
    assert_int_equal(ask("POST", ONE "/confirm", NULL, NULL, "\"status\":\"posted\""), 200);
    assert_string_equal(fake.last_change, "confirmed by user, 1 fields, version 2");
    fake.in_review = false;
    assert_int_equal(ask("POST", ONE "/confirm", NULL, NULL, NULL), 200);
    assert_int_equal(fake.remembered, 1);
    fake.there = false;
    assert_int_equal(ask("POST", ONE "/confirm", NULL, NULL, NULL), 404);
    assert_int_equal(ask("GET", ONE "/history", NULL, NULL, NULL), 404);
}
#define ITEM(rest) "{\"id\":\"" EXPENSE_ID "\"," rest "}"
// clang-format off
static const char seven_changes[] =
    "{\"changes\":["
    ITEM("\"patch\":{\"note\":\"x\"}") ","
    ITEM("\"if_match\":\"\\\"1\\\"\",\"delete\":true") ","
    ITEM("\"patch\":{\"amount\":null}") ","
    "{\"id\":\"" CATEGORY_ID "\",\"delete\":true},"
    ITEM("\"delete\":false") ",7,"
    ITEM("\"delete\":true") "]}";
// clang-format on

static void bulk_answers_each_item(void **state)
{
    (void)state;
    fake.there = true;
    struct call *call = send("POST", ALL "/bulk", NULL, seven_changes);
    assert_int_equal(call->answer.status, 207);
    json_t *body = json_loads(call->answer.body, 0, NULL);
    static const int want[] = {200, 412, 422, 404, 422, 422, 204};
    json_t *data = json_object_get(body, "data");
    assert_int_equal(json_array_size(data), LENGTH(want));
    for (size_t i = 0; i < LENGTH(want); i++) {
        json_t *item = json_array_get(data, i);
        assert_int_equal(json_integer_value(json_object_get(item, "index")), i);
        assert_int_equal(json_integer_value(json_object_get(item, "status")), want[i]);
        assert_int_equal(json_object_get(item, "problem") != NULL, want[i] >= 400);
    }
    json_decref(body);
    call_free(call);
    assert_int_equal(fake.committed, 1);
    assert_int_equal(fake.remembered, 2);
}

static void bulk_is_bounded(void **state)
{
    (void)state;
    struct buf body = {0};
    buf_addf(&body, "{\"changes\":[0");
    for (int i = 0; i < 500; i++)
        buf_addf(&body, ",0");
    buf_addf(&body, "]}");
    assert_int_equal(ask("POST", ALL "/bulk", NULL, body.data, "/changes"), 422);
    assert_int_equal(ask("POST", ALL "/bulk", NULL, "[]", NULL), 400);
    assert_int_equal(ask("POST", ALL "/bulk", NULL, "{\"change\":[]}", "/change"), 422);
    free(body.data);
}

#define CATEGORIES "/api/v1/categories"
#define CATEGORY CATEGORIES "/" CATEGORY_ID

static void categories_are_made_and_changed(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", CATEGORIES, NULL, NULL, "Groceries"), 200);
    assert_int_equal(ask("GET", CATEGORY, NULL, NULL, "Groceries"), 200);
    assert_int_equal(ask("GET", CATEGORIES "/" EXPENSE_ID, NULL, NULL, NULL), 404);
    assert_int_equal(ask("POST", CATEGORIES, NULL,
                         "{\"name\":\"Sweets\",\"parent_id\":\"" CATEGORY_ID "\"}", "Sweets"),
                     201);
    assert_int_equal(ask("POST", CATEGORIES, NULL,
                         "{\"colour\":\"red\",\"parent_id\":\"" EXPENSE_ID "\"}", "3 fields"),
                     422);
    assert_int_equal(fake.added, 1);
    assert_int_equal(ask("PATCH", CATEGORY, NULL, "{}", NULL), 428);
    assert_int_equal(ask("PATCH", CATEGORY, "\"3\"", "{}", NULL), 412);
    assert_int_equal(
        ask("PATCH", CATEGORY, "\"4\"", "{\"parent_id\":\"" CATEGORY_ID "\"}", "category_cycle"),
        422);
    assert_int_equal(ask("PATCH", CATEGORY, "\"4\"", "{\"icon\":\"x\"}", "\"icon\":\"x\""), 200);
    assert_int_equal(fake.saved, 1);
    assert_int_equal(fake.published, 2);
    assert_string_equal(fake.last_type, "category.updated");
    assert_string_equal(json_string_value(json_object_get(fake.last_data, "category_id")),
                        CATEGORY_ID);
    assert_non_null(json_object_get(fake.last_data, "snapshot"));
    assert_int_equal(ask("PATCH", CATEGORY, "\"4\"", "{}", NULL), 200);
    assert_int_equal(fake.published, 2); /* nothing was changed */
}

static void expenses_leave_a_deleted_category(void **state)
{
    (void)state;
    assert_int_equal(ask("DELETE", CATEGORY, NULL, NULL, NULL), 428);
    assert_int_equal(ask("DELETE", CATEGORY "?move_to=" CATEGORY_ID, "*", NULL, "?move_to"), 422);
    assert_int_equal(ask("DELETE", CATEGORY "?move_to=" EXPENSE_ID, "*", NULL, "?move_to"), 422);
    assert_int_equal(fake.deleted, 0);
    fake.leaving = 700;
    assert_int_equal(ask("DELETE", CATEGORY, "\"4\"", NULL, NULL), 204);
    assert_int_equal(fake.deleted, 1);
    assert_int_equal(fake.published, 501);
    assert_string_equal(fake.last_type, "category.deleted");
    assert_int_equal(leaving_rest(&svc), STEP_MORE);
    assert_int_equal(fake.published, 701);
    assert_int_equal(fake.ended, 1);
    assert_int_equal(leaving_rest(&svc), STEP_IDLE);
    assert_int_equal(fake.ended, 1);
}

static void the_trash_is_emptied_in_steps(void **state)
{
    (void)state;
    trash_empty(&svc);
    assert_int_equal(fake.purges, 2);
    assert_int_equal(fake.committed, 2);
}

static void others_rows_are_not_there(void **state)
{
    (void)state;
    fake.there = true;
    fake.caller.user_id[0] = 'f';
    assert_int_equal(ask("GET", ONE, NULL, NULL, NULL), 404);
    assert_int_equal(ask("PATCH", ONE, "*", "{\"note\":\"x\"}", NULL), 404);
    assert_int_equal(ask("DELETE", ONE, "*", NULL, NULL), 404);
    assert_int_equal(ask("GET", ALL "/..%2f1", NULL, NULL, NULL), 404);
}

static void filters_are_checked_all_at_once(void **state)
{
    (void)state;
    assert_int_equal(
        ask("GET", ALL "?from=2026-02-30&type=x&min=a&limit=0&color=red", NULL, NULL, "5 fields"),
        422);
    assert_int_equal(ask("GET", ALL "?from=2026-02-03&to=2026-02-01", NULL, NULL, "?to"), 422);
    assert_int_equal(ask("GET", ALL "?sort=amount&min=0.5", NULL, NULL, "\"has_more\":false"), 200);
    assert_int_equal(ask("GET", "/api/v1/summaries", NULL, NULL, "?group_by"), 422);
    assert_int_equal(ask("GET", "/api/v1/summaries?group_by=month", NULL, NULL, "\"data\":[]"),
                     200);
}

static void accounts_of_nobody(void **state)
{
    (void)state;
    static const char gaps[] = "/api/v1/accounts/" EXPENSE_ID "/gaps";
    assert_int_equal(ask("GET", "/api/v1/accounts", NULL, NULL, "\"data\":[]"), 200);
    assert_int_equal(ask("GET", "/api/v1/accounts/" EXPENSE_ID, NULL, NULL, "no such account"),
                     404);
    assert_int_equal(ask("GET", gaps, NULL, NULL, "no such account"), 404);
    assert_int_equal(ask("GET", "/api/v1/accounts/x/gaps", NULL, NULL, NULL), 404);
}

static void account_questions_are_checked_all_at_once(void **state)
{
    (void)state;
    assert_int_equal(ask("GET", "/api/v1/accounts?limit=0&from=2026-01-01", NULL, NULL, "2 fields"),
                     422);
    assert_int_equal(ask("GET",
                         "/api/v1/accounts/" EXPENSE_ID "/gaps?from=2026-02-29&to=24:00&cursor=x",
                         NULL, NULL, "3 fields"),
                     400);
}

static void scopes_are_kept(void **state)
{
    (void)state;
    strcpy(fake.caller.scope, "expenses:read");
    assert_int_equal(ask("POST", ALL, NULL, "{" AMOUNT "}", NULL), 403);
    strcpy(fake.caller.scope, "messages:write");
    assert_int_equal(ask("GET", ALL, NULL, NULL, NULL), 403);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(enters_by_hand, reset, reset),
        cmocka_unit_test_setup_teardown(an_unknown_category_is_not_made, reset, reset),
        cmocka_unit_test_setup_teardown(a_repeat_has_no_effect, reset, reset),
        cmocka_unit_test_setup_teardown(edits_need_the_version, reset, reset),
        cmocka_unit_test_setup_teardown(deletes_softly, reset, reset),
        cmocka_unit_test_setup_teardown(a_refused_edit_tells_the_version_there_is, reset, reset),
        cmocka_unit_test_setup_teardown(every_change_is_remembered, reset, reset),
        cmocka_unit_test_setup_teardown(restores_from_the_trash, reset, reset),
        cmocka_unit_test_setup_teardown(confirms_once, reset, reset),
        cmocka_unit_test_setup_teardown(bulk_answers_each_item, reset, reset),
        cmocka_unit_test_setup_teardown(bulk_is_bounded, reset, reset),
        cmocka_unit_test_setup_teardown(categories_are_made_and_changed, reset, reset),
        cmocka_unit_test_setup_teardown(expenses_leave_a_deleted_category, reset, reset),
        cmocka_unit_test_setup_teardown(the_trash_is_emptied_in_steps, reset, reset),
        cmocka_unit_test_setup_teardown(others_rows_are_not_there, reset, reset),
        cmocka_unit_test_setup_teardown(filters_are_checked_all_at_once, reset, reset),
        cmocka_unit_test_setup_teardown(accounts_of_nobody, reset, reset),
        cmocka_unit_test_setup_teardown(account_questions_are_checked_all_at_once, reset, reset),
        cmocka_unit_test_setup_teardown(scopes_are_kept, reset, reset),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
