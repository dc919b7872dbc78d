/* call_fake - runs a request through a route table in a unit test: router, checks, handler and
 * answer as in a daemon, without a socket or a thread.
 *
 *     struct call *call = call_fake(&conf, "POST", "/api/v1/expenses",
 *                                   (const char *[]){"Content-Type", "application/json", NULL},
 *                                   "{…}");
 *     assert_int_equal(call->answer.status, 201);   call->answer.body, call_fake_header(call, …)
 *     call_free(call);
 * conf.router = router_new(routes, n). For ROUTE_USER routes link a fake verifier_check(). */
#pragma once
#include <string.h>
#include <strings.h>

#include "http/call.h"

/* headers is a NULL-terminated list of names and values in turn. */
static inline const char *call_fake_get(void *ctx, const char *name)
{
    for (const char *const *pair = ctx; pair != NULL && *pair != NULL; pair += 2)
        if (strcasecmp(pair[0], name) == 0)
            return pair[1];
    return NULL;
}

/* body NULL: none. A Content-Length is not needed. The headers must outlive the call. */
static inline struct call *call_fake(const struct call_conf *conf, const char *method,
                                     const char *target, const char *const headers[],
                                     const char *body)
{
    struct call *call = call_new(conf, target);
    struct call_headers given = {.get = call_fake_get, .ctx = (void *)(uintptr_t)headers};
    enum call_next next = call_admit(call, method, &given, "192.0.2.1");
    if (next == CALL_READ_BODY) {
        if (body != NULL && !call_body_add(call, body, strlen(body)))
            panic("call_fake: the connection would be cut");
        call_complete(call);
    }
    call_run(call);
    return call;
}

/* A header of the answer, NULL when absent. */
static inline const char *call_fake_header(const struct call *call, const char *name)
{
    for (size_t i = 0; i < call->answer.header_count; i++)
        if (strcasecmp(call->answer.headers[i].name, name) == 0)
            return call->answer.headers[i].value;
    return NULL;
}
