#include "http/call.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/metrics.h"
#include "base/timefmt.h"
#include "http/fast.h"
#include "http/media.h"

static const char json_media[] = "application/json";
static const char patch_media[] = "application/merge-patch+json";

struct call *call_new(const struct call_conf *conf, const char *target)
{
    struct call *call = xcalloc(1, sizeof *call);
    call->conf = conf;
    call->req.impl = call;
    if (!uri_parse(target, &call->uri, &call->err)) {
        call->kind = CALL_REFUSED;
        call->refused_status = call->err.code == ERR_TOO_LARGE ? 414 : 0;
    }
    call->req.path = call->uri.path != NULL ? call->uri.path : "/";
    return call;
}

void call_free(struct call *call)
{
    if (call == NULL)
        return;
    uri_fini(&call->uri);
    /* A body may hold a password. */
    if (call->body.data != NULL)
        explicit_bzero(call->body.data, call->body.len);
    buf_fini(&call->body);
    json_drop(&call->json);
    json_drop(&call->resp.body);
    if (call->resp.stream.fini != NULL)
        call->resp.stream.fini(call->resp.stream.state);
    if (call->resp.endless.fini != NULL)
        call->resp.endless.fini(call->resp.endless.state);
    if (call->resp.upload.fini != NULL)
        call->resp.upload.fini(call->resp.upload.state);
    fields_fini(&call->resp.fields);
    pg_result_drop(&call->ask.result);
    if (call->state != NULL && call->match.route->fast->fini != NULL)
        call->match.route->fast->fini(call->state);
    free(call->state);
    free(call->resp.owned_text);
    free(call->answer.owned);
    free(call);
}

bool call_refuse(struct call *call, unsigned status, enum err_code code, const char *name,
                 const char *text)
{
    call->kind = CALL_REFUSED;
    call->refused_status = status;
    return err_set_name(&call->err, code, name, "%s", text);
}

static const char *header(const struct call *call, const char *name)
{
    return call->headers.get(call->headers.ctx, name);
}

static bool request_id_valid(const char *id)
{
    size_t len = strlen(id);
    for (size_t i = 0; i < len; i++)
        if (!isalnum((unsigned char)id[i]) && strchr("._-", id[i]) == NULL)
            return false;
    return len >= 1 && len < sizeof((struct req *)0)->request_id;
}

static void identify(struct call *call)
{
    struct req *req = &call->req;
    const char *given = header(call, "X-Request-Id");
    bool keeps = given != NULL && request_id_valid(given);
    if (keeps && uuid_valid(given))
        for (size_t i = 0; i < UUID_SIZE; i++)
            req->correlation_id[i] = (char)tolower((unsigned char)given[i]);
    else
        uuid_new(req->correlation_id);
    snprintf(req->request_id, sizeof req->request_id, "%s", keeps ? given : req->correlation_id);
    trace_continue(header(call, "traceparent"), req->traceparent);
    snprintf(call->trace_id, sizeof call->trace_id, "%.32s", req->traceparent + 3);
    memcpy(call->trace.correlation_id, req->correlation_id, UUID_SIZE);
    memcpy(call->trace.traceparent, req->traceparent, TRACEPARENT_SIZE);
}

static bool check_headers(struct call *call)
{
    const struct call_headers *headers = &call->headers;
    if (headers->count > CALL_HEADERS_MAX || headers->bytes > CALL_HEADER_BYTES_MAX)
        return call_refuse(call, 431, ERR_TOO_LARGE, "headers_too_large",
                           "too many or too long headers");
    /* A message two parsers could frame differently is how requests are smuggled. */
    if (headers->repeated != NULL ||
        (header(call, "Transfer-Encoding") != NULL && header(call, "Content-Length") != NULL))
        return call_refuse(call, 0, ERR_MALFORMED, "header_repeated",
                           "a header that must be single is there twice, or Content-Length "
                           "together with Transfer-Encoding");
    return true;
}

static bool find_route(struct call *call)
{
    switch (router_find(call->conf->router, call->req.method, &call->uri, &call->match)) {
    case ROUTER_FOUND:
        call->req.route = call->match.route;
        return true;
    case ROUTER_OPTIONS:
        call->kind = CALL_OPTIONS;
        return false;
    case ROUTER_NO_METHOD:
        return call_refuse(call, 405, ERR_INVALID, "method_not_allowed",
                           "the path does not take this method; Allow lists those it takes");
    case ROUTER_NO_PATH:
        break;
    }
    return call_refuse(call, 0, ERR_NOT_FOUND, "not_found", "there is nothing at this path");
}

static bool check_query(struct call *call)
{
    if (call->uri.duplicate == NULL)
        return true;
    char pointer[QUERY_NAME_MAX + 2];
    snprintf(pointer, sizeof pointer, "?%s", call->uri.duplicate);
    field_error(&call->resp.fields, pointer, "duplicate", "given more than once");
    call->kind = CALL_REFUSED;
    return fields_check(&call->resp.fields, &call->err);
}

static bool check_user(struct call *call)
{
    const struct route *route = call->match.route;
    if (route->auth == ROUTE_PUBLIC)
        return true;
    const char *given = header(call, "Authorization");
    if (given == NULL || strncasecmp(given, "Bearer ", 7) != 0)
        return call_refuse(call, 0, ERR_UNAUTHORIZED, "token_missing",
                           "this needs Authorization: Bearer with an access token");
    given += 7 + strspn(given + 7, " ");
    if (!verifier_check(call->conf->verifier, given, time_now_us() / US_PER_S, &call->identity,
                        &call->err)) {
        call->kind = CALL_REFUSED;
        return false;
    }
    call->req.identity = &call->identity;
    if (route->scope != NULL && !identity_has_scope(&call->identity, route->scope))
        return call_refuse(call, 0, ERR_FORBIDDEN, "insufficient_scope",
                           "the token's scope does not cover this");
    return true;
}

static bool takes(const struct route *route, const char *type)
{
    for (const char *one = route->media_type; one != NULL;) {
        if (media_is(type, one))
            return true;
        one = strchr(one, ' ');
        if (one == NULL)
            return false;
        one++;
    }
    return media_is(type, json_media) ||
           (strcmp(route->method, "PATCH") == 0 && media_is(type, patch_media));
}

static bool check_body_headers(struct call *call)
{
    const struct route *route = call->match.route;
    const char *length = header(call, "Content-Length");
    const char *type = header(call, "Content-Type"), *coding = header(call, "Content-Encoding");
    if (length != NULL && strtoull(length, NULL, 10) > route->max_body)
        return call_refuse(call, 0, ERR_TOO_LARGE, "body_too_large",
                           "the body is larger than this route takes");
    if (!call->announced)
        return true;
    if (route->max_body > 0 && (type == NULL || !takes(route, type)))
        return call_refuse(call, 0, ERR_MEDIA_TYPE, "unsupported_media_type",
                           "the Content-Type is not one this route takes");
    if (coding != NULL && strcasecmp(coding, "identity") != 0)
        return call_refuse(call, 0, ERR_MEDIA_TYPE, "unsupported_content_encoding",
                           "bodies must come without a Content-Encoding");
    return true;
}

/* Only before what changes something: a GET is judged by what it answers (answer.c). */
static bool check_accept(struct call *call)
{
    if (strcmp(call->match.route->method, "GET") == 0 ||
        media_accepts(header(call, "Accept"), json_media))
        return true;
    return call_refuse(call, 406, ERR_INVALID, "not_acceptable",
                       "the answer is JSON, which Accept excludes");
}

static bool check_expect(struct call *call)
{
    const char *expect = header(call, "Expect");
    if (expect == NULL || strcasecmp(expect, "100-continue") == 0)
        return true;
    return call_refuse(call, 417, ERR_INVALID, "expectation_failed", "Expect is not understood");
}

enum call_next call_admit(struct call *call, const char *method, const struct call_headers *headers,
                          const char *peer)
{
    struct req *req = &call->req;
    call->headers = *headers;
    req->method = method;
    proxies_client(call->conf->proxies, peer, header(call, "X-Forwarded-For"), req->address,
                   sizeof req->address);
    identify(call);
    const char *length = header(call, "Content-Length");
    unsigned long long announced = length != NULL ? strtoull(length, NULL, 10) : 0;
    call->announced = announced > 0 || header(call, "Transfer-Encoding") != NULL;
    call->short_body =
        length != NULL && announced <= CALL_DISCARD_MAX && header(call, "Expect") == NULL;
    if (call->kind == CALL_RUN && check_headers(call) && find_route(call) && check_query(call) &&
        check_user(call) && check_body_headers(call) && check_accept(call))
        (void)check_expect(call);
    /* Reading a short unwanted body keeps the connection usable; not one over its limit, and not
     * one the client waits to be asked for. */
    bool now = call->kind != CALL_RUN && call->announced &&
               (call->err.code == ERR_TOO_LARGE || announced > CALL_DISCARD_MAX ||
                header(call, "Expect") != NULL);
    return now ? CALL_ANSWER_NOW : CALL_READ_BODY;
}

bool call_body_add(struct call *call, const void *data, size_t len)
{
    size_t most = call->kind == CALL_RUN ? call->match.route->max_body : 0;
    if (call->kind == CALL_RUN && call->body.len + len <= most) {
        buf_add(&call->body, data, len);
        return true;
    }
    if (call->kind == CALL_RUN)
        call_refuse(call, 0, ERR_TOO_LARGE, "body_too_large",
                    "the body is larger than this route takes");
    /* From here on only counted. */
    call->body.len += len;
    if (call->body.data != NULL) {
        explicit_bzero(call->body.data, call->body.len - len);
        free(call->body.data);
        call->body.data = NULL;
        call->body.cap = 0;
    }
    size_t limit = call->match.route != NULL ? call->match.route->max_body : 0;
    return call->body.len <= limit + CALL_DISCARD_MAX;
}

void call_complete(struct call *call)
{
    call->began_us = time_mono_us();
    call->req.deadline_us =
        call->conf->timeout_us > 0 ? call->began_us + call->conf->timeout_us : INT64_MAX;
}

enum route_lane call_lane(const struct call *call)
{
    if (call->kind != CALL_RUN)
        return ROUTE_INLINE;
    const struct route *route = call->match.route;
    const struct fast *fast = route->fast;
    if (fast != NULL && fast->kind == FAST_WRITE &&
        (header(call, "Idempotency-Key") != NULL ||
         (fast->ready != NULL && !fast->ready(call->conf->svc, &call->req))))
        return ROUTE_WORKERS;
    return route->lane;
}

void call_shed(struct call *call, const char *name, const char *text)
{
    call_refuse(call, 0, ERR_UNAVAILABLE, name, text);
    call->err.retry_after_s = 1;
    metric_add("http_shed_total", LABEL("reason", name), 1);
}

static bool parse_body(struct call *call)
{
    const struct route *route = call->match.route;
    call->req.raw = call->body.data != NULL ? call->body.data : "";
    call->req.raw_len = call->body.len;
    if (route->media_type != NULL || route->max_body == 0)
        return true;
    if (call->body.len == 0) {
        if ((route->flags & ROUTE_BODY_OPTIONAL) || strcmp(route->method, "GET") == 0 ||
            strcmp(route->method, "DELETE") == 0)
            return true;
        return call_refuse(call, 0, ERR_MALFORMED, "body_missing", "this needs a JSON body");
    }
    if (!json_parse(call->body.data, call->body.len, &call->json, &call->err)) {
        call->kind = CALL_REFUSED;
        return false;
    }
    call->req.body = call->json;
    return true;
}

static bool handle(struct call *call)
{
    if (!call->asked && call->match.route->lane != ROUTE_INLINE &&
        time_mono_us() > call->req.deadline_us)
        call_shed(call, "deadline_exceeded", "the request waited too long for its turn");
    if (call->asked)
        return call->again ? fast_answer_again(call) : fast_answer(call);
    if (call->kind != CALL_RUN || !parse_body(call))
        return false;
    if (call->resp.upload.end != NULL)
        return call->resp.upload.end(call->conf->svc, &call->req, call->resp.upload.state,
                                     &call->resp, &call->err);
    if (call->match.route->fast != NULL)
        return call->conf->run_alone(call);
    return call->match.route->handler(call->conf->svc, &call->req, &call->resp, &call->err);
}

/* Everything the calling thread does meanwhile is done for this call. */
static void enter(const struct call *call)
{
    trace_set(&call->trace);
    log_request(call->req.request_id, call->trace_id);
}

static void leave(void)
{
    log_request(NULL, NULL);
    trace_set(NULL);
}

bool call_uploads(const struct call *call)
{
    return call->kind == CALL_RUN && (call->match.route->flags & ROUTE_UPLOAD);
}

void call_upload_begin(struct call *call)
{
    int64_t timeout_us = call->conf->timeout_us;
    call->req.deadline_us = timeout_us > 0 ? time_mono_us() + timeout_us : INT64_MAX;
    call->req.raw = "";
    enter(call);
    bool ok = call->match.route->handler(call->conf->svc, &call->req, &call->resp, &call->err);
    leave();
    if (ok && (call->resp.upload.piece == NULL || call->resp.upload.end == NULL))
        panic("route %s takes no upload", call->match.label);
    if (!ok)
        call->kind = CALL_REFUSED;
}

void call_upload_piece(struct call *call, const void *data, size_t len)
{
    enter(call);
    bool ok =
        call->resp.upload.piece(call->conf->svc, call->resp.upload.state, data, len, &call->err);
    leave();
    if (!ok)
        call->kind = CALL_REFUSED;
}

bool call_ask(struct call *call)
{
    enter(call);
    call->asked = parse_body(call) && fast_ask(call);
    leave();
    if (!call->asked)
        call->kind = CALL_REFUSED;
    return call->asked;
}

static void record(const struct call *call)
{
    const char *route = call->match.label != NULL ? call->match.label : "unmatched";
    int64_t us = call->began_us > 0 ? time_mono_us() - call->began_us : 0;
    char status[12];
    snprintf(status, sizeof status, "%u", call->answer.status);
    metric_add("http_requests_total", LABELS("route", route, "status", status), 1);
    metric_observe("http_request_seconds", LABEL("route", route), (double)us / 1e6);
    /* Health and metrics are asked every second; their successes are not news. */
    bool quiet = call_lane(call) == ROUTE_INLINE && call->answer.status < 400;
    log_write(quiet ? LOG_DEBUG : LOG_INFO, "http_request",
              LOG_FIELDS(L_STR("method", call->req.method), L_STR("route", route),
                         L_INT("status", call->answer.status), L_INT("duration_us", us)));
}

bool call_try(struct call *call, int *after_ms)
{
    enter(call);
    call->ok = call->kind == CALL_OPTIONS;
    if (call->kind == CALL_RUN)
        call->ok = handle(call);
    bool again = call->ok && call->resp.again;
    if (again) {
        *after_ms = fast_ask_again(call);
        call->asked = call->again = true;
    }
    leave();
    return again;
}

void call_end(struct call *call)
{
    enter(call);
    answer_make(call, call->ok);
    record(call);
    leave();
}

void call_run(struct call *call)
{
    int after_ms;
    (void)!call_try(call, &after_ms);
    call_end(call);
}

static const struct call *call_of(const struct req *req)
{
    return req->impl;
}

const struct uri *req_uri(const struct req *req)
{
    return &call_of(req)->uri;
}

bool req_need_object(const struct req *req, struct err *err)
{
    return json_is_object(req->body) ||
           err_set(err, ERR_MALFORMED, "the body must be a JSON object");
}

const char *req_param(const struct req *req, const char *name)
{
    const struct call *call = call_of(req);
    const char *value = router_param(call->match.row, &call->uri, name);
    if (value == NULL)
        panic("route %s has no {%s}", req->route->path, name);
    return value;
}

const char *req_query(const struct req *req, const char *name)
{
    return uri_query(req_uri(req), name);
}

void req_query_known(const struct req *req, const char *const names[], struct fields *fields)
{
    const struct uri *uri = req_uri(req);
    for (size_t i = 0; i < uri->query_count; i++) {
        const char *const *known = names;
        while (*known != NULL && strcmp(*known, uri->query[i].name) != 0)
            known++;
        if (*known != NULL)
            continue;
        char pointer[QUERY_NAME_MAX + 2];
        snprintf(pointer, sizeof pointer, "?%s", uri->query[i].name);
        field_error(fields, pointer, "unknown_parameter", "not a parameter of this route");
    }
}

bool req_no_query(const struct req *req, struct resp *resp, struct err *err)
{
    req_query_known(req, (const char *const[]){NULL}, &resp->fields);
    return fields_check(&resp->fields, err);
}

const char *req_header(const struct req *req, const char *name)
{
    return header(call_of(req), name);
}

bool resp_json(struct resp *resp, unsigned status, json_t *body)
{
    json_drop(&resp->body);
    resp->status = status;
    resp->body = body;
    return true;
}
