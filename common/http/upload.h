/* upload - bodies that are larger than memory should hold, taken in a piece at a time. A piece is
 * handed to the service's sink on a thread of our own (it may block on the database) while the
 * connection is suspended, so that no HTTP thread waits and a client can send no faster than what
 * it sent is stored. Memory: a piece a request. Bounded: UPLOADS_MAX at once; a request that would
 * be one more is answered 503. Internal to http/.
 * Deadline: every UPLOAD_PROGRESS bytes must come within the request's timeout; the whole may take
 * any time. */
#pragma once
#include <microhttpd.h>
#include <stdatomic.h>

#include "http/call.h"

enum { UPLOADS_MAX = 32, UPLOAD_PIECE = 256 * 1024, UPLOAD_PROGRESS = 16 * 1024 };

struct uploads;
struct upload;
/* suspended: the server's count of connections that are, which must be 0 before it ends. */
struct uploads *uploads_new(atomic_int *suspended, const atomic_bool *closed);
/* Once no connection is left. NULL is allowed. */
void uploads_free(struct uploads *uploads);

/* Of a call that was admitted, on the HTTP thread while nothing of the body was read: suspends the
 * connection and has the handler run. NULL: too many, or the server is closed. */
struct upload *upload_new(struct uploads *uploads, struct call *call,
                          struct MHD_Connection *connection);
void upload_free(struct upload *upload); /* NULL is allowed */

enum upload_next {
    UPLOAD_ON,     /* more is to come, or the connection is suspended */
    UPLOAD_ANSWER, /* call->answer is made */
    UPLOAD_CUT,    /* the connection must be closed */
};
/* Each time libmicrohttpd calls: takes what it may of data, *len is what is left. */
enum upload_next upload_go(struct upload *upload, const char *data, size_t *len);
