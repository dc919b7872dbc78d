/* endless - answers that go on for as long as there is something to tell. Between two pieces the
 * connection is suspended: a listener costs its socket and some memory, and no thread.
 * libmicrohttpd does not watch a suspended connection, so a client that left is noticed when the
 * next piece is sent; who makes the pieces sends something now and then. Internal to http/. Lock
 * order: the maker's own, the answer's, libmicrohttpd's. */
#pragma once
#include <microhttpd.h>
#include <stdatomic.h>

#include "http/http.h"

struct endless;
/* suspended: the server's count of connections that are, which must be 0 before it ends. */
struct endless *endless_new(atomic_int *suspended);
/* Once no connection is left. NULL is allowed. */
void endless_free(struct endless *endless);
/* Ends every answer, also those that begin later; they are over soon after. */
void endless_end(struct endless *endless);
/* Takes source over: its fini is called with the response's end. */
struct MHD_Response *endless_response(struct endless *endless, struct MHD_Connection *connection,
                                      struct resp_endless *source);
