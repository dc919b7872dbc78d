#include "base/trace.h"

#include <stdint.h>
#include <string.h>

static _Thread_local struct trace current;

const struct trace *trace_current(void)
{
    return &current;
}

void trace_set(const struct trace *trace)
{
    current = trace != NULL ? *trace : (struct trace){0};
}

/* "00-<32 hex>-<16 hex>-<2 hex>", lower case, ids not all zero (W3C Trace Context, 3.2). */
static bool well_formed(const char *text)
{
    bool trace_zero = true, span_zero = true;
    for (int i = 0; i < TRACEPARENT_SIZE - 1; i++) {
        char c = text[i];
        bool dash = i == 2 || i == 35 || i == 52;
        if (dash ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        if (i > 2 && i < 35 && c != '0')
            trace_zero = false;
        if (i > 35 && i < 52 && c != '0')
            span_zero = false;
    }
    return text[TRACEPARENT_SIZE - 1] == '\0' && strncmp(text, "00", 2) == 0 && !trace_zero &&
           !span_zero;
}

void trace_continue(const char *traceparent, char out[static TRACEPARENT_SIZE])
{
    uint64_t random[3];
    bool goes_on = traceparent != NULL && well_formed(traceparent);
    random_id_bytes(random, sizeof random);
    random[0] |= 1; /* never all zero */
    random[2] |= 1;
    memcpy(out, goes_on ? traceparent : "00-", goes_on ? TRACEPARENT_SIZE : 3);
    if (!goes_on)
        hex_put(hex_put(out + 3, random[0], 16), random[1], 16)[0] = '-';
    hex_put(out + 36, random[2], 16);
    memcpy(out + 52, goes_on ? traceparent + 52 : "-01", 4);
}
