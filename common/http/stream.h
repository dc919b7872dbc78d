/* stream - answers that are larger than memory should hold, sent a piece at a time. A piece is read
 * by a thread of their own (it may block on the database) while the connection is suspended, so
 * that no HTTP thread waits; a client that reads slowly holds one piece and nothing else. Bounded:
 * STREAMS_MAX answers at once; a request that would be one more is answered 503. Internal to http/.
 */
#pragma once
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "http/http.h"

enum { STREAMS_MAX = 16 };

struct streams;
/* suspended: the server's count of connections that are, which must be 0 before it ends. */
struct streams *streams_new(struct svc *svc, atomic_int *suspended, const atomic_bool *closed);
/* Once no connection is left. NULL is allowed. */
void streams_free(struct streams *streams);
/* A place for one answer, taken before the request is run and given back when it is done with. */
must_check bool streams_enter(struct streams *streams);
void streams_leave(struct streams *streams);
/* Takes source over: its fini is called with the response's end. */
struct MHD_Response *streams_response(struct streams *streams, struct MHD_Connection *connection,
                                      struct resp_stream *source);
