/* scan - what a request's headers and its connection tell, for call_admit. Internal to http/. */
#pragma once
#include <microhttpd.h>

#include "http/call.h"

/* out->ctx is the connection. */
void scan_headers(struct MHD_Connection *connection, struct call_headers *out);
/* The client's numeric address, or "unknown". */
void scan_peer(struct MHD_Connection *connection, char *out, size_t size);
