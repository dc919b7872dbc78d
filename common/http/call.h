/* call - one request from its first line to its finished answer, with no server around it.
 * server.c drives it with libmicrohttpd, unit tests with headers of their own (call_fake.h):
 *   call_new → call_admit → call_body_add… → call_complete → call_run → call->answer → call_free
 * Threads: one at a time; the server's suspend and resume order them. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/trace.h"
#include "http/http.h"
#include "http/proxies.h"
#include "http/router.h"
#include "http/uri.h"
#include "identity/verify.h"

enum {
    CALL_HEADERS_MAX = 64,
    CALL_HEADER_BYTES_MAX = 16384,
    CALL_DISCARD_MAX = 65536, /* body of a refused request read for the sake of its connection */
    ANSWER_HEADERS_MAX = 20,
};

struct call;

/* What all calls of a server share. */
struct call_conf {
    const struct router *router;
    const struct proxies *proxies; /* NULL: none is trusted */
    struct verifier *verifier;
    struct svc *svc;
    struct pg_pool *db; /* for fast requests that run alone; NULL without any */
    /* Runs a fast request from ask to answer on this thread (fast.h; a fake in unit tests). */
    bool (*run_alone)(struct call *call);
    int64_t timeout_us; /* 0: no deadline */
};

struct call_headers {
    const char *(*get)(void *ctx, const char *name);
    void *ctx;
    size_t count, bytes;
    const char *repeated; /* a header that must be single but is not */
};

struct answer_header {
    const char *name, *value; /* borrowed from the call */
};
struct answer {
    unsigned status;
    const char *body;
    size_t len;
    char *owned; /* equals body, or NULL when that is a constant; who takes it clears it */
    struct resp_stream *stream;   /* instead of body; the call's, until it is taken over */
    struct resp_endless *endless; /* so is this */
    size_t header_count;
    struct answer_header headers[ANSWER_HEADERS_MAX];
};

struct call {
    struct req req;
    struct resp resp;
    struct answer answer;
    /* Private to call.c and answer.c. */
    const struct call_conf *conf;
    struct call_headers headers;
    struct uri uri;
    struct router_match match;
    struct identity identity;
    struct buf body;
    json_t *json;
    enum { CALL_RUN, CALL_REFUSED, CALL_OPTIONS } kind;
    unsigned refused_status; /* instead of the error's own; 0: none */
    struct err err;
    struct pg_ask ask; /* of a fast request */
    void *state;       /* what its ask keeps for its answer */
    bool asked;        /* it was handed to a lane of the database */
    bool again;        /* and is asked once more, or was */
    void *connection;  /* the server's, to be resumed then */
    struct trace trace;
    char trace_id[33];
    int64_t began_us; /* the request was complete */
    bool ok;          /* what came of call_try */
    bool announced;   /* has a body, by its headers */
    bool short_body;  /* so short that it is read for its connection's sake when it is refused */
    char retry_after[12], challenge[360];
};

/* target as received. */
struct call *call_new(const struct call_conf *conf, const char *target);
void call_free(struct call *call);

enum call_next {
    CALL_READ_BODY,  /* to its end, then call_complete */
    CALL_ANSWER_NOW, /* refused without reading what the client would send */
};
/* All headers are here: decides everything that needs no body. method must outlive the call. */
enum call_next call_admit(struct call *call, const char *method, const struct call_headers *headers,
                          const char *peer);
/* false: so much more than allowed that the connection must be cut. */
must_check bool call_body_add(struct call *call, const void *data, size_t len);
/* The body has ended: starts the clock. */
void call_complete(struct call *call);
/* Where to run it; a call without a handler to run is ROUTE_INLINE. */
enum route_lane call_lane(const struct call *call);
/* Of a ROUTE_FAST call: parses the body and fills call->ask. false: to be answered by call_run,
 * without the database. */
must_check bool call_ask(struct call *call);
/* Of a call with ROUTE_UPLOAD, whose body goes to its sink and not to call_body_add: runs the
 * handler; hands a piece over. What fails refuses the call. call_run then answers. */
bool call_uploads(const struct call *call);
void call_upload_begin(struct call *call);
void call_upload_piece(struct call *call, const void *data, size_t len);
/* Answers 503 with Retry-After instead of running the handler; name is the problem's code. */
void call_shed(struct call *call, const char *name, const char *text);
/* Runs the handler unless refused, makes the answer, logs and counts it. */
void call_run(struct call *call);
/* The same in two steps, for a call that may wait. call_try: true when it would rather ask again
 * than answer: call->ask is filled, and to be asked after *after_ms. call_end: the answer. */
must_check bool call_try(struct call *call, int *after_ms);
void call_end(struct call *call);

/* Of a refusal. Returns false. */
bool call_refuse(struct call *call, unsigned status, enum err_code code, const char *name,
                 const char *text);
/* Fills call->answer from resp or err (answer.c). */
void answer_make(struct call *call, bool ok);
/* The request's target, for page.c. */
const struct uri *req_uri(const struct req *req);
