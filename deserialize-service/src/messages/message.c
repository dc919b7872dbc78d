#include "messages/message.h"

#include <string.h>

#include "base/timefmt.h"

static const char *const channels[] = {"sms", "push", "email", NULL};
static const char *const known_members[] = {"sender",  "body", "received_at", "device_message_id",
                                            "channel", NULL};

static bool blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

bool message_parse(const json_t *json, const char *prefix, int64_t now_us, struct message *message,
                   struct fields *fields)
{
    struct json_reader reader = {.object = json, .prefix = prefix, .fields = fields};
    *message = (struct message){.received_at = now_us};
    if (!json_is_object(json)) {
        field_error(fields, prefix, "wrong_type", "must be an object");
        return false;
    }
    size_t before = json_array_size(fields->errors);
    size_t channel = 0;
    char pointer[64];
    json_read_known(&reader, known_members);
    json_read_str(&reader, "sender", JSON_REQUIRED, 1, MESSAGE_SENDER_MAX, &message->sender);
    if (json_read_str(&reader, "body", JSON_REQUIRED, 1, MESSAGE_BODY_MAX, &message->body) &&
        blank(message->body)) {
        snprintf(pointer, sizeof pointer, "%s/body", prefix);
        field_error(fields, pointer, "blank", "must not be blank");
    }
    json_read_str(&reader, "device_message_id", JSON_OPTIONAL, 1, MESSAGE_DEVICE_ID_MAX,
                  &message->device_message_id);
    json_read_enum(&reader, "channel", JSON_OPTIONAL, channels, &channel);
    message->channel = channels[channel];
    if (json_read_time(&reader, "received_at", JSON_OPTIONAL, &message->received_at) &&
        message->received_at > now_us + MESSAGE_AHEAD_S * US_PER_S) {
        snprintf(pointer, sizeof pointer, "%s/received_at", prefix);
        field_error(fields, pointer, "in_future", "must not be more than a day ahead");
    }
    return json_array_size(fields->errors) == before;
}

void message_mark(struct message *message, const struct text_key *key)
{
    text_fingerprint(key, message->body, message->fingerprint);
}
