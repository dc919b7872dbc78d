/* message - a bank's text as it was handed in: limits, validation. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/json_util.h"
#include "base/uuid.h"
#include "texts/text.h"

enum {
    MESSAGE_SENDER_MAX = 64,
    MESSAGE_BODY_MAX = 4096, /* bytes; a long concatenated text has some 1 500 */
    MESSAGE_DEVICE_ID_MAX = 128,
    MESSAGE_BATCH_MAX = 500,
    /* The same text without a mark of its own within this time is the same message again. */
    MESSAGE_REPEAT_S = 60,
    /* A phone's clock may be wrong by this much, not by more. */
    MESSAGE_AHEAD_S = 86400,
};

/* Strings are borrowed from the JSON they were read from. */
struct message {
    char id[UUID_SIZE];
    const char *channel, *sender, *body;
    const char *device_message_id; /* NULL when the client gave none */
    int64_t received_at;
    unsigned char fingerprint[FINGERPRINT_SIZE]; /* by message_mark */
};

/* Reads one message of a request; what is wrong goes to fields under prefix. received_at defaults
 * to now_us. The id and the fingerprint are left empty. */
bool message_parse(const json_t *json, const char *prefix, int64_t now_us, struct message *message,
                   struct fields *fields);
/* Sets the fingerprint, under the owner's key. */
void message_mark(struct message *message, const struct text_key *key);
