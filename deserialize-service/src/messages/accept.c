#include "messages/accept.h"

#include <stdlib.h>

#include "base/mem.h"
#include "events/events.h"

json_t *message_received_event(const struct message *message)
{
    json_t *data = json_pack("{s:s, s:s, s:s, s:s, s:o}", "message_id", message->id, "channel",
                             message->channel, "sender", message->sender, "body", message->body,
                             "received_at", json_time(message->received_at));
    if (message->device_message_id != NULL)
        json_object_set_new(data, "device_message_id", json_string(message->device_message_id));
    return data;
}

struct outbox_event message_event(const char *user_id, const struct message *message,
                                  const json_t *data)
{
    return (struct outbox_event){.topic = TOPIC_MESSAGE,
                                 .type = EVENT_MESSAGE_RECEIVED,
                                 .user_id = user_id,
                                 .subject = message->id,
                                 .data = data};
}

bool messages_accept(struct pg_tx *tx, const char *user_id, const struct text_key *key,
                     const struct message *const messages[], size_t count,
                     struct message_added *added, struct err *err)
{
    if (!message_store_add(tx, user_id, key, messages, count, added, err))
        return false;
    struct outbox_event *evs = xcalloc(count, sizeof *evs);
    size_t fresh = 0;
    for (size_t i = 0; i < count; i++)
        if (added[i].created)
            evs[fresh++] = message_event(user_id, messages[i], message_received_event(messages[i]));
    bool ok = outbox_add_many(tx, evs, fresh, err);
    for (size_t i = 0; i < fresh; i++)
        json_decref((json_t *)(uintptr_t)evs[i].data);
    free(evs);
    return ok;
}
