/* glance - the few attributes of an event that who only passes it on needs, read without building a
 * tree of it: a tail of a busy topic would spend most of a core on trees it throws away. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"

enum { GLANCE_TYPE_SIZE = 64 };
struct event_glance {
    char user_id[UUID_SIZE]; /* in lower case; empty: of no user */
    char type[GLANCE_TYPE_SIZE];
    int64_t sequence; /* 0: none */
    const char *data; /* borrowed from the value: the object as it stands there, on one line */
    size_t data_len;
};
/* Reads what this suite itself writes: one line, no escapes in attributes. False for all else,
 * which event_parse judges. That data is UTF-8 and well-formed inside is not checked. */
must_check bool event_glance(const void *value, size_t len, struct event_glance *out);
