#include "messages/message.h"

#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/timefmt.h"
#include "reader/reader.h"

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
    if (json_array_size(fields->errors) != before)
        return false;
    message_fingerprint(message->body, message->fingerprint);
    return true;
}

void message_fingerprint(const char *body, unsigned char out[static FINGERPRINT_SIZE])
{
    size_t len = strlen(body);
    scoped(str_drop) char *text = xmalloc(len + 1);
    size_t folded = reader_canonical_text(body, len, text);
    sha256(text, folded, out);
}
