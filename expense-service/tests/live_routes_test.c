/* Tickets, and what opens the stream and what does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/log.h"
#include "fake_store.h"
#include "http/call_fake.h"
#include "ledger.h"

static struct svc svc;
static struct router *router;
static char ticket[TICKET_SIZE];

static struct call *send(const char *method, const char *path, const char *last)
{
    const struct call_conf conf = {.router = router, .svc = &svc, .run_alone = fake_run_alone};
    const char *headers[] = {"Authorization", "Bearer good", last != NULL ? "Last-Event-ID" : NULL,
                             last, NULL};
    return call_fake(&conf, method, path, headers, NULL);
}

static void expect(const char *query, const char *last, unsigned status, const char *text)
{
    char path[200];
    snprintf(path, sizeof path, "/api/v1/events%s", query);
    struct call *call = send("GET", path, last);
    assert_int_equal(call->answer.status, status);
    if (text != NULL)
        assert_non_null(strstr(call->answer.body, text));
    call_free(call);
}

static int setup(void **state)
{
    struct ticket unused;
    (void)state;
    fake_reset();
    fake.there = true;
    fake.feed = feed_new(&(struct feed_conf){.bytes = 1 << 20, .listeners = 1});
    ticket_new(USER, ticket, &unused);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    feed_free(fake.feed);
    fake.feed = NULL;
    return 0;
}

static void test_ticket(void **state)
{
    struct ticket parsed;
    (void)state;
    struct call *call = send("POST", "/api/v1/events/tickets", NULL);
    assert_int_equal(call->answer.status, 201);
    const char *text = strstr(call->answer.body, "\"ticket\":\"") + 10;
    char given[TICKET_SIZE];
    snprintf(given, sizeof given, "%s", text);
    assert_true(ticket_parse(given, &parsed));
    assert_string_equal(parsed.user_id, USER);
    assert_memory_equal(parsed.hash, fake.ticket.hash, SHA256_SIZE);
    assert_int_equal(fake.committed, 1);
    call_free(call);
    fake.tickets_full = true;
    call = send("POST", "/api/v1/events/tickets", NULL);
    assert_int_equal(call->answer.status, 429);
    assert_string_equal(call_fake_header(call, "Retry-After"), "600");
    call_free(call);
}

static void test_opens(void **state)
{
    char query[100];
    (void)state;
    snprintf(query, sizeof query, "?ticket=%s", ticket);
    expect(query, NULL, 200, NULL);
    expect(query, "12", 200, NULL);
    assert_int_equal(feed_listeners(fake.feed), 0); /* left when the call was over */
}

static void test_refuses(void **state)
{
    char query[100];
    (void)state;
    expect("", NULL, 422, "\"?ticket\"");
    expect("?ticket=x&colour=red", NULL, 422, "\"?colour\"");
    expect("?ticket=x", NULL, 401, "ticket_invalid");
    snprintf(query, sizeof query, "?ticket=%s", ticket);
    expect(query, "12a", 422, "\"?last_event_id\"");
    expect(query, "-1", 422, "\"?last_event_id\"");
    expect(query, "99999999999999999999", 422, "\"?last_event_id\"");
    fake.there = false;
    expect(query, NULL, 401, "ticket_invalid");
    fake.there = true;
    fake.revoked = true;
    expect(query, NULL, 401, "token_revoked");
    fake.revoked = false;
    struct listener *listener;
    struct feed_start start = {.session.user_id = EXPENSE_ID, .last = -1};
    assert_int_equal(feed_enter(fake.feed, &start, &listener), FEED_ENTERED);
    expect(query, NULL, 503, "too_many_listeners");
    feed_leave(listener);
}

int main(void)
{
#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {TEST(test_ticket), TEST(test_opens), TEST(test_refuses)};
    log_init("test", LOG_ERROR);
    router = router_new(ledger_routes, ledger_route_count);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    router_free(router);
    return failed;
}
