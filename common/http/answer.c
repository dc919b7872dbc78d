/* answer.c - the second half of a call: what a handler left behind becomes status, headers, bytes.
 */
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "http/call.h"
#include "http/media.h"
#include "http/precondition.h"
#include "http/problem.h"

enum { RETRY_AFTER_DEFAULT_S = 1 };

static void add(struct call *call, const char *name, const char *value)
{
    struct answer *answer = &call->answer;
    if (answer->header_count == ANSWER_HEADERS_MAX)
        panic("more than %d answer headers", ANSWER_HEADERS_MAX);
    answer->headers[answer->header_count++] = (struct answer_header){name, value};
}

static void add_if(struct call *call, const char *name, const char *value)
{
    if (value[0] != '\0')
        add(call, name, value);
}

static void own_body(struct call *call, json_t *json, const char *type)
{
    call->answer.owned = json_text(json);
    call->answer.body = call->answer.owned;
    call->answer.len = strlen(call->answer.owned);
    add(call, "Content-Type", type);
}

/* RFC 6750, 3: error and error_description only when a token was given. */
static void add_challenge(struct call *call)
{
    const struct route *route = call->match.route;
    size_t size = sizeof call->challenge;
    bool by_token = route != NULL && route->auth == ROUTE_USER;
    int n = snprintf(call->challenge, size, "Bearer realm=\"expenses-tracker\"");
    char *rest = call->challenge + n;
    size -= (size_t)n;
    if (by_token && call->err.code == ERR_FORBIDDEN && route->scope != NULL)
        snprintf(rest, size, ", error=\"insufficient_scope\", scope=\"%s\"", route->scope);
    else if (by_token && strcmp(call->err.name, "token_missing") != 0) {
        char why[sizeof call->err.text];
        snprintf(why, sizeof why, "%s", call->err.text);
        for (char *c = why; *c != '\0'; c++)
            if (*c < 0x20 || *c > 0x7e || *c == '"' || *c == '\\')
                *c = ' ';
        snprintf(rest, size, ", error=\"invalid_token\", error_description=\"%s\"", why);
    }
    add(call, "WWW-Authenticate", call->challenge);
}

static void report(const struct call *call)
{
    if (call->err.code == ERR_INTERNAL || call->err.code == ERR_NONE)
        log_error("request_failed", L_STR("error", call->err.text));
    else if (call->err.code == ERR_UNAVAILABLE)
        log_warn("request_unavailable", L_STR("error", call->err.text));
}

static void fail(struct call *call)
{
    struct err *err = &call->err;
    if (call->kind == CALL_RUN && err->code == ERR_NONE)
        err_set(err, ERR_INTERNAL, "the handler failed without saying why");
    report(call);
    unsigned status = call->refused_status != 0 ? call->refused_status : err_http_status(err->code);
    scoped(json_drop) json_t *problem =
        problem_json(status, err, call->req.path, call->req.request_id, call->resp.fields.errors);
    call->answer.status = status;
    own_body(call, problem, PROBLEM_TYPE);
    add(call, "Cache-Control", "no-store");
    if (status == 401 || (status == 403 && strcmp(err->name, "insufficient_scope") == 0))
        add_challenge(call);
    if (status == 405)
        add(call, "Allow", call->match.allow);
    if (status == 415 && call->match.route != NULL &&
        strcmp(call->match.route->method, "PATCH") == 0)
        add(call, "Accept-Patch", "application/merge-patch+json, application/json");
    if (status == 412)
        add_if(call, "ETag", call->resp.etag);
    if (status == 429 || status == 503 || err->retry_after_s > 0) {
        snprintf(call->retry_after, sizeof call->retry_after, "%u",
                 err->retry_after_s > 0 ? err->retry_after_s : RETRY_AFTER_DEFAULT_S);
        add(call, "Retry-After", call->retry_after);
    }
}

static bool is_get(const struct call *call)
{
    return call->match.route != NULL && strcmp(call->match.route->method, "GET") == 0;
}

static bool not_modified(struct call *call)
{
    const struct resp *resp = &call->resp;
    const char *list = call->headers.get(call->headers.ctx, "If-None-Match");
    return is_get(call) && call->answer.status == 200 && resp->etag[0] != '\0' && list != NULL &&
           etag_listed(list, resp->etag, true);
}

static void add_content(struct call *call)
{
    struct resp *resp = &call->resp;
    const char *type = resp->content_type != NULL ? resp->content_type : "application/json";
    if (resp->body != NULL) {
        own_body(call, resp->body, type);
    } else if (resp->text != NULL) {
        call->answer.body = resp->text;
        call->answer.len = strlen(resp->text);
        call->answer.owned = resp->owned_text;
        resp->owned_text = NULL;
        add(call, "Content-Type", type);
    } else if (resp->stream.read != NULL) {
        call->answer.stream = &resp->stream;
        add(call, "Content-Type", type);
    } else if (resp->endless.next != NULL) {
        call->answer.endless = &resp->endless;
        add(call, "Content-Type", type);
        add(call, "X-Accel-Buffering", "no"); /* the gateway passes each piece on at once */
    }
}

static bool acceptable(struct call *call)
{
    const struct resp *resp = &call->resp;
    if (!is_get(call) || call->answer.status >= 300 ||
        (resp->body == NULL && resp->text == NULL && resp->stream.read == NULL &&
         resp->endless.next == NULL))
        return true;
    return media_accepts(call->headers.get(call->headers.ctx, "Accept"),
                         resp->content_type != NULL ? resp->content_type : "application/json");
}

static void succeed(struct call *call)
{
    const struct resp *resp = &call->resp;
    if (not_modified(call))
        call->answer.status = 304;
    else
        add_content(call);
    add(call, "Cache-Control", resp->cache_control != NULL ? resp->cache_control : "no-store");
    add_if(call, "ETag", resp->etag);
    add_if(call, "Location", resp->location);
    add_if(call, "Link", resp->link);
    add_if(call, "Content-Disposition", resp->disposition);
    if (resp->replayed)
        add(call, "Idempotency-Replayed", "true");
    if (call->answer.status == 503)
        add(call, "Retry-After", "1");
}

void answer_make(struct call *call, bool ok)
{
    add(call, "X-Request-Id", call->req.request_id);
    add(call, "X-Content-Type-Options", "nosniff");
    call->answer.status = call->resp.status != 0 ? call->resp.status : 200;
    if (ok && call->kind == CALL_OPTIONS) {
        call->answer.status = 204;
        add(call, "Allow", call->match.allow);
        return;
    }
    if (ok && !acceptable(call))
        ok = call_refuse(call, 406, ERR_INVALID, "not_acceptable",
                         "Accept excludes what this answers");
    if (ok)
        succeed(call);
    else
        fail(call);
}
