/* Idempotency keys against a table of one row: first, again, changed, under way, expired. */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "http/call_fake.h"
#include "http/idempotency.h"
#include "tests/fake_verifier.h"

enum { COLS = 8 };
/* The stored row: user, route, key, hash, status, body, location, etag. */
static char *row[COLS];
static bool locked_elsewhere;
static int effects;

struct pg_result {
    const char *cols[6];
    size_t affected;
};

bool pg_exec(struct pg_tx *tx, const char *statement, const struct pg_param *params, size_t count,
             struct pg_result **result, struct err *err)
{
    (void)tx, (void)err;
    *result = xcalloc(1, sizeof **result);
    bool known = row[0] != NULL;
    for (int i = 0; i < 3 && known; i++)
        known = strcmp(row[i], params[i].text) == 0;
    if (strcmp(statement, "idempotency_find") == 0) {
        (*result)->cols[0] = locked_elsewhere ? "f" : "t";
        for (int i = 0; i < 5 && known; i++)
            (*result)->cols[i + 1] = row[i + 3];
        return true;
    }
    assert_string_equal(statement, "idempotency_add");
    assert_int_equal(count, COLS);
    (*result)->affected = known ? 0 : 1;
    for (int i = 0; i < COLS && !known; i++) {
        free(row[i]);
        if (params[i].kind == PG_P_INT)
            row[i] = xasprintf("%d", (int)params[i].num);
        else
            row[i] = params[i].text != NULL ? xstrdup(params[i].text) : NULL;
    }
    return true;
}

void pg_result_drop(struct pg_result **result)
{
    free(*result);
}

size_t pg_rows(const struct pg_result *result)
{
    (void)result;
    return 1;
}

size_t pg_affected(const struct pg_result *result)
{
    return result->affected;
}

const char *pg_str(const struct pg_result *result, size_t at, int col)
{
    (void)at;
    return result->cols[col];
}

int64_t pg_int(const struct pg_result *result, size_t at, int col)
{
    return atoll(pg_str(result, at, col));
}

bool pg_bool(const struct pg_result *result, size_t at, int col)
{
    return strcmp(pg_str(result, at, col), "t") == 0;
}

static bool create(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    bool replayed;
    (void)svc;
    if (!idempotency_begin(NULL, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    effects++;
    snprintf(resp->location, sizeof resp->location, "/things/%d", effects);
    snprintf(resp->etag, sizeof resp->etag, "\"1\"");
    resp_json(resp, 201, json_pack("{s:i, s:s}", "id", effects, "a", "x"));
    return idempotency_finish(NULL, req, resp, err);
}

static const struct route routes[] = {
    {.method = "POST", .path = "/things", .handler = create, .auth = ROUTE_USER, .max_body = 100},
    {.method = "POST",
     .path = "/things/{id}/copy",
     .handler = create,
     .auth = ROUTE_USER,
     .max_body = 100},
};
static struct call_conf conf;

static struct call *post(const char *target, const char *key, const char *body)
{
    static const char *headers[7];
    memcpy(headers, (const char *[]){BEARER, key != NULL ? "Idempotency-Key" : NULL, key, NULL},
           5 * sizeof *headers);
    return call_fake(&conf, "POST", target, headers, body);
}

static void expect(const char *target, const char *key, const char *body, unsigned status,
                   const char *says)
{
    struct call *call = post(target, key, body);
    assert_int_equal(call->answer.status, status);
    assert_non_null(strstr(call->answer.body, says));
    call_free(call);
}

static void replays(void **state)
{
    (void)state;
    struct call *first = post("/things", "k1", "{}"), *again = post("/things", "k1", "{}");
    assert_int_equal(effects, 1);
    assert_int_equal(again->answer.status, 201);
    assert_string_equal(again->answer.body, first->answer.body);
    assert_string_equal(call_fake_header(again, "Location"), "/things/1");
    assert_string_equal(call_fake_header(again, "ETag"), "\"1\"");
    assert_string_equal(call_fake_header(again, "Idempotency-Replayed"), "true");
    assert_null(call_fake_header(first, "Idempotency-Replayed"));
    call_free(first);
    call_free(again);
    expect("/things", "k1", "{ }", 422, "idempotency_key_reused");
    assert_int_equal(effects, 1);
}

static void tells_concurrent(void **state)
{
    (void)state;
    locked_elsewhere = true;
    struct call *call = post("/things", "k2", "{}");
    assert_int_equal(call->answer.status, 409);
    assert_string_equal(call_fake_header(call, "Retry-After"), "1");
    call_free(call);
    /* The lock does not hide an answer that is there. */
    expect("/things", "k1", "{}", 201, "\"id\":1");
    locked_elsewhere = false;
}

static void checks_key_and_path(void **state)
{
    char longest[257] = {0};
    (void)state;
    memset(longest, 'k', 256);
    expect("/things", longest, "{}", 400, "idempotency_key_malformed");
    expect("/things", "", "{}", 400, "idempotency_key_malformed");
    expect("/things", "a b", "{}", 400, "idempotency_key_malformed");
    longest[255] = '\0';
    expect("/things/1/copy", longest, "{}", 201, "id");
    expect("/things/2/copy", longest, "{}", 422, "idempotency_key_reused");
    int before = effects;
    expect("/things", NULL, "{}", 201, "id");
    expect("/things", NULL, "{}", 201, "id");
    assert_int_equal(effects, before + 2);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    conf.router = router_new(TABLE(routes));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(replays),
        cmocka_unit_test(tells_concurrent),
        cmocka_unit_test(checks_key_and_path),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    router_free((struct router *)(uintptr_t)conf.router);
    for (int i = 0; i < COLS; i++)
        free(row[i]);
    return failed;
}
