/* trace - what the calling thread works for: the correlation id that events carry on, and the W3C
 * Trace Context header (traceparent). Set by the router and the inbox around each handler. */
#pragma once
#include "base/uuid.h"

#define TRACEPARENT_SIZE 56

struct trace {
    char correlation_id[UUID_SIZE];
    char traceparent[TRACEPARENT_SIZE];
};
/* Of this thread; both empty when nothing was set. Never NULL. */
const struct trace *trace_current(void);
/* Copies; NULL clears. */
void trace_set(const struct trace *trace);
/* A new span id under the incoming traceparent when that is well-formed, else a new trace. */
void trace_continue(const char *traceparent, char out[static TRACEPARENT_SIZE]);
