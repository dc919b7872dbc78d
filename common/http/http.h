/* http - requests in, answers out: the route table and what handlers see.
 * The only part that includes libmicrohttpd is common/http/. Before a handler runs, the router has
 * checked method, content type, body size, the token and the request id; the handler runs on a
 * worker thread and may block on the database until the request's deadline. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json_util.h"
#include "base/mem.h"
#include "identity/identity.h"
#include "pg/ask.h"

struct svc; /* each service's own struct, the first argument of its handlers */
struct resp;

enum http_param { HTTP_PARAMS_MAX = 4 };

struct req {
    const char *method, *path;
    const struct route *route;
    char request_id[65];            /* X-Request-Id of the client when well-formed, else a UUID */
    char correlation_id[UUID_SIZE]; /* the request id when it is a UUID, else a new one */
    char traceparent[56];           /* continued or begun (W3C Trace Context) */
    char address[64];    /* the peer, or the last X-Forwarded-For hop of a trusted proxy */
    int64_t deadline_us; /* time_mono_us() scale */
    const struct identity *identity; /* never NULL on ROUTE_USER routes, else NULL */
    const json_t *body;              /* parsed JSON when the route takes JSON and there is a body */
    const char *raw;                 /* the body's bytes */
    size_t raw_len;
    void *impl; /* http's own */
};
/* Value of {name} in the route's path; panics when the route has none. */
const char *req_param(const struct req *req, const char *name);
/* Decoded query parameter, NULL when absent. A parameter given twice was refused before. */
const char *req_query(const struct req *req, const char *name);
/* Refuses query parameters not in the NULL-terminated list (field pointer "?name"). */
void req_query_known(const struct req *req, const char *const names[], struct fields *fields);
/* ERR_MALFORMED unless the body is a JSON object. */
must_check bool req_need_object(const struct req *req, struct err *err);
/* Header value, NULL when absent; name in any case. */
const char *req_header(const struct req *req, const char *name);

/* A body read piece by piece while it is sent (http/stream.h), for a route with ROUTE_STREAMS. read
 * appends the bytes from offset on, at least one, to out; it runs on a thread that may block. An
 * answer that fails in the middle is cut, which its length tells the client, or its last chunk that
 * never comes. */
enum { STREAM_OPEN = -1 };
struct resp_stream {
    int64_t size; /* of the whole body; STREAM_OPEN: read appends nothing where it ends */
    bool (*read)(struct svc *svc, void *state, int64_t offset, struct buf *out, struct err *err);
    void (*fini)(void *state);
    void *state; /* owned */
};

/* A body taken in piece by piece while it is sent (http/upload.h), for a route with ROUTE_UPLOAD.
 * Its handler runs when the headers have been checked (token, scope, media type, announced size)
 * and before a byte of the body is read; what it refuses is answered at once, else it fills this.
 * piece gets the bytes in their order, at most 256 KiB at a time; end, after the last one, makes
 * the answer. All three run on a worker and may block: meanwhile the client is not read from. After
 * a failed piece neither is called again: the rest is read away and the failure answered. fini
 * comes last in any case, also when the client went away or the service stops, then without end; it
 * must not block. */
struct resp_upload {
    bool (*piece)(struct svc *svc, void *state, const void *data, size_t len, struct err *err);
    bool (*end)(struct svc *svc, const struct req *req, void *state, struct resp *resp,
                struct err *err);
    void (*fini)(void *state);
    void *state; /* owned */
};

/* An answer that goes on as long as there is something to tell (text/event-stream). It holds no
 * thread while there is nothing. begin gets, before all else, what wakes it, good until fini. next
 * appends what there is to tell now, on an HTTP thread, so it never blocks; when it appends nothing
 * it is called again after a wake. false: that was the end. */
struct waker;
struct resp_endless {
    void (*begin)(void *state, struct waker *waker);
    bool (*next)(void *state, struct buf *out);
    void (*fini)(void *state);
    void *state; /* owned */
};
/* From any thread, holding whatever lock next takes. */
void waker_wake(struct waker *waker);

/* The answer; filled by the handler, sent by the server. Zero status is 200. */
struct resp {
    unsigned status;
    json_t *body;                /* owned; NULL for none */
    const char *text;            /* instead of body: a constant, with content_type */
    char *owned_text;            /* freed after sending; set together with text when that is made */
    struct resp_stream stream;   /* instead of body, when read is set; with content_type */
    struct resp_endless endless; /* instead of body, when next is set; with content_type */
    struct resp_upload upload;   /* of a ROUTE_UPLOAD's handler: where the body goes */
    const char *content_type;    /* NULL: application/json */
    char disposition[96];        /* Content-Disposition, or empty */
    char etag[64]; /* with quotes, or empty; also told with a 412: what there is now */
    char location[160];
    char link[1024];           /* Link header: rel="next" */
    const char *cache_control; /* NULL: no-store */
    bool replayed;             /* sends Idempotency-Replayed: true */
    bool again;                /* of a fast request with again: ask once more before answering */
    struct fields fields;      /* of a failed request: listed in the problem's errors */
};
bool resp_json(struct resp *resp, unsigned status, json_t *body); /* takes body; true */
/* For a route that knows none: what there is goes to resp's fields, with what else was wrong. */
must_check bool req_no_query(const struct req *req, struct resp *resp, struct err *err);
/* For how many seconds the client would rather wait (Prefer: wait=N, RFC 7240), most at most; 0:
 * not at all. */
int req_prefer_wait(const struct req *req, int most);

typedef bool handler_fn(struct svc *svc, const struct req *req, struct resp *resp, struct err *err);

/* A request that is one statement: instead of a handler. Its two functions run on an HTTP thread
 * and never block; how many such requests share a connection, a round trip or a commit is not
 * theirs to know (pg/pipeline.h, pg/coalesce.h).
 * ask checks the request and adds the parameters, which may borrow from req and state. answer gets
 * ask->result (with ask->row: which row is this request's, for a write) after the commit.
 * A write with an Idempotency-Key is run alone on a worker, in one transaction with the kept
 * answer; so is one that is not ready. */
struct fast {
    enum fast_kind { FAST_READ, FAST_WRITE } kind;
    const char *statement; /* of a write: over arrays, as pg/coalesce.h says */
    bool (*ask)(struct svc *svc, const struct req *req, void *state, struct pg_ask *ask,
                struct resp *resp, struct err *err);
    bool (*answer)(struct svc *svc, const struct req *req, const void *state,
                   const struct pg_ask *ask, struct resp *resp, struct err *err);
    /* What ask keeps for answer and for the parameters; zeroed before, ended by fini (or NULL). */
    size_t state_size;
    void (*fini)(void *state);
    /* Of a write whose ask needs what may first have to be fetched (NULL: none does). ready never
     * blocks; prepare is called on a worker before ask, outside any transaction, and may. */
    bool (*ready)(struct svc *svc, const struct req *req);
    bool (*prepare)(struct svc *svc, const struct req *req, struct err *err);
    const struct fast_again *again; /* NULL: it is answered when it was asked once */
};

/* Of a request that waits for something to come about, without holding a thread: an answer fills
 * resp with what is known by then and sets resp->again, and is called anew with the result of this
 * read. Where nothing can wait (the service stops, too many do, the read failed) resp is sent as
 * it is. The functions are to see to it that this ends. */
struct fast_again {
    const char *statement;
    int after_ms;
    void (*ask)(const struct req *req, const void *state, struct pg_ask *ask);
    bool (*answer)(struct svc *svc, const struct req *req, const void *state,
                   const struct pg_ask *ask, struct resp *resp, struct err *err);
};

/* Where a handler runs. Inline ones must never block. */
enum route_lane { ROUTE_INLINE = -1, ROUTE_WORKERS = 0, ROUTE_SECOND = 1, ROUTE_FAST = 2 };
enum route_auth { ROUTE_PUBLIC, ROUTE_USER };
/* Without it a route that takes JSON answers an empty body with 400. */
enum route_flag {
    ROUTE_BODY_OPTIONAL = 1,
    ROUTE_STREAMS = 2, /* answers with resp->stream */
    ROUTE_UPLOAD = 4,  /* takes its body by resp->upload; has a media_type and ROUTE_WORKERS */
};
enum {
    MAX_BODY_NONE = 0,
    MAX_BODY_8K = 8192,
    MAX_BODY_64K = 65536,
    MAX_BODY_1M = 1048576,
    MAX_BODY_1G = 1073741824, /* only of uploads, which are never in memory whole */
};

struct route {
    const char *method, *path; /* "/api/v1/expenses/{id}": {name} is one segment */
    handler_fn *handler;
    enum route_auth auth;
    size_t max_body;   /* bytes; MAX_BODY_NONE: a body is refused */
    const char *scope; /* needed in the token's scope; NULL: none */
    const char *help;
    const char *media_type;  /* NULL: application/json; several with a blank between them */
    enum route_lane lane;    /* ROUTE_SECOND: the service's own bounded lane (password hashing) */
    unsigned flags;          /* enum route_flag */
    const struct fast *fast; /* of ROUTE_FAST, whose handler is NULL */
};
