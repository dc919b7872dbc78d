/* reading_event - messages out of events, readings into events. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "events/cloudevent.h"
#include "messages/message.h"
#include "reader/reader.h"

/* The message of a message.received event; strings are borrowed from it. ERR_INVALID when a field
 * is missing or over its limit: forwarders are trusted to speak for users, not to be correct. */
must_check bool message_of_event(const struct event *ev, struct message *message, struct err *err);

/* What the reader is given of a message: base_currency may be empty, own and shared (the formats
 * that its owner and others taught) NULL. Borrows from all of them. */
void reading_input(const struct message *message, const char *base_currency, int utc_offset_s,
                   const struct template_set *own, const struct template_set *shared,
                   struct reader_input *out);

/* What is told of a text that was read. All text is a constant or borrowed from its job. */
struct reading_outcome {
    const char *status, *reason; /* status: of the message ledger; reason may be NULL */
    const char *duplicate_of, *possible_duplicate_of;
    const char *parser, *class;
    int confidence;
};
/* Of a reading alone, repeats not considered. */
struct reading_outcome reading_outcome(const struct reading *reading);

/* Status of the message ledger that a reading leads to. */
const char *reading_status(const struct reading *reading);
/* The fields of a reading, as its attempt keeps them; the caller owns them. */
json_t *reading_fields(const struct reading *reading);
/* Makes these fields the data of transaction.parsed; possible_duplicate_of may be NULL. revision:
 * 1, and one more each time the text is read otherwise. */
void transaction_complete(json_t *fields, const struct message *message,
                          const struct reading *reading, const char *possible_duplicate_of,
                          int64_t revision);
