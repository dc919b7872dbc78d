/* accept - texts taken in: stored, and told to those who read them, in one transaction. */
#pragma once
#include "events/outbox.h"
#include "messages/message_store.h"

/* Data of message.received; the caller's. */
json_t *message_received_event(const struct message *message);
/* The event with this data, which it borrows. */
struct outbox_event message_event(const char *user_id, const struct message *message,
                                  const json_t *data);
/* Stores the messages and, for those that are new, the events that set the reader to work. */
must_check bool messages_accept(struct pg_tx *tx, const char *user_id, const struct text_key *key,
                                const struct message *const messages[], size_t count,
                                struct message_added *added, struct err *err);
