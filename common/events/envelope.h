/* envelope - the CloudEvent that an outbox event becomes. The text is cut in two where the sequence
 * goes, a number that only the statement storing the event learns: head sequence tail. */
#pragma once
#include <stdint.h>

#include "events/outbox.h"

struct envelope {
    char *head;
    char *tail; /* NULL: head is the whole envelope, which has no sequence (keyed events) */
};
/* ERR_INVALID when an attribute is not printable ASCII free of quotes and backslashes. */
must_check bool envelope_build(const struct outbox_event *ev, const char *source, int64_t time_us,
                               struct envelope *out, struct err *err);
void envelope_fini(struct envelope *envelope);
