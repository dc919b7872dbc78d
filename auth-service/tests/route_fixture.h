/* route_fixture - whole requests through router and handlers, with the rows in memory
 * (fake_store.h): for the tests of routes. */
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "auth.h"
#include "base/log.h"
#include "http/call_fake.h"
#include "identity/verify.h"
#include "tests/fake_store.h"

static const struct service_conf common = {.jwt_issuer = "https://issuer.example",
                                           .jwt_audience = "expenses"};
static struct svc svc;
static struct call_conf conf;

static inline int start(void **state)
{
    (void)state;
    struct err err;
    log_init("test", LOG_ERROR);
    svc.conf = (struct auth_conf){.access_ttl_s = 600,
                                  .refresh_ttl_s = 3600,
                                  .refresh_grace_s = 10,
                                  .hash_lanes = 1,
                                  .hash_threads = 1,
                                  .hash_memory_kib = 1024,
                                  .hash_passes = 1,
                                  .key_encryption_key = "",
                                  .key_encryption_key_file = "",
                                  .key_encryption_key_previous = "",
                                  .mail_from = "",
                                  .public_url = "",
                                  .smtp_url = "",
                                  .smtp_user = "",
                                  .smtp_password = "",
                                  .signing_alg = "ES256",
                                  .signing_key_file = "",
                                  .throttle_pair = 5,
                                  .throttle_account = 50,
                                  .throttle_address = 100};
    svc.base.conf = &common;
    svc.base.verifier = verifier_new(&(struct verifier_conf){.issuer = common.jwt_issuer,
                                                             .audience = common.jwt_audience,
                                                             .leeway_s = 5,
                                                             .cache_slots = 64});
    assert_true(auth_prepare(&svc, &err));
    conf = (struct call_conf){.router = router_new(auth_routes, auth_route_count),
                              .verifier = svc.base.verifier,
                              .svc = &svc};
    return 0;
}

static inline int stop(void **state)
{
    (void)state;
    auth_close(&svc);
    verifier_free(svc.base.verifier);
    router_free((struct router *)(uintptr_t)conf.router);
    return 0;
}

static inline int fresh(void **state)
{
    (void)state;
    fake_reset();
    svc.conf.smtp_url = "smtp://127.0.0.1:1"; /* mails are queued, and no thread sends them */
    return 0;
}

/* Sends the request; *status gets its status; the parsed answer is the caller's (NULL: no body). */
static inline json_t *send_with(const char *method, const char *path, const char *const headers[],
                                const char *body, unsigned *status)
{
    struct call *call = call_fake(&conf, method, path, headers, body);
    json_t *json =
        call->answer.len > 0 ? json_loadb(call->answer.body, call->answer.len, 0, NULL) : NULL;
    *status = call->answer.status;
    call_free(call);
    return json;
}

static inline json_t *post(const char *path, const char *body, unsigned *status)
{
    scoped(str_drop) char *len = xasprintf("%zu", strlen(body));
    const char *headers[] = {"Content-Type", "application/json", "Content-Length", len, NULL};
    return send_with("POST", path, headers, body, status);
}

/* body NULL: none. */
static inline json_t *as(const json_t *tokens, const char *method, const char *path,
                         const char *body, unsigned *status)
{
    scoped(str_drop) char *bearer =
        xasprintf("Bearer %s", json_string_value(json_object_get(tokens, "access_token")));
    scoped(str_drop) char *len = xasprintf("%zu", body ? strlen(body) : 0);
    const char *headers[] = {
        "Authorization", bearer, "Content-Type", "application/json", "Content-Length", len, NULL};
    if (body == NULL)
        headers[2] = NULL;
    return send_with(method, path, headers, body, status);
}

static inline json_t *with_bearer(const char *method, const char *path, const json_t *tokens,
                                  unsigned *status)
{
    return as(tokens, method, path, NULL, status);
}

/* got points to where the call that made problem put its status: arguments have no order. */
static inline void expect_code(json_t *problem, const unsigned *got, unsigned want,
                               const char *code)
{
    assert_int_equal(*got, want);
    assert_string_equal(json_string_value(json_object_get(problem, "code")), code);
    json_decref(problem);
}

#define SIGNUP "{\"email\":\"asha@example.com\",\"password\":\"correct horse\",\"name\":\"Asha\"}"
#define LOGIN "{\"email\":\"ASHA@example.com\",\"password\":\"correct horse\"}"

static inline json_t *sign_up(void)
{
    unsigned status;
    json_t *tokens = post(AUTH_API "/signup", SIGNUP, &status);
    assert_int_equal(status, 201);
    return tokens;
}

static inline json_t *refresh(const json_t *tokens, unsigned *status)
{
    scoped(str_drop) char *body = xasprintf(
        "{\"refresh_token\":\"%s\"}", json_string_value(json_object_get(tokens, "refresh_token")));
    return post(AUTH_API "/token/refresh", body, status);
}

#define TEST(fn) cmocka_unit_test_setup(fn, fresh)
