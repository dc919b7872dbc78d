/* ticket - what a stream is opened with in place of a token: the person's id and 256 random bits,
 * of which only the hash is kept. No I/O. */
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "base/sha256.h"
#include "base/uuid.h"

enum { TICKET_SIZE = 65, TICKET_LIFE_S = 600, TICKETS_PER_USER = 100 };

struct ticket {
    char user_id[UUID_SIZE];
    unsigned char hash[SHA256_SIZE];
};
/* A new one of the person's; text is what the client gets. */
void ticket_new(const char *user_id, char text[static TICKET_SIZE], struct ticket *out);
must_check bool ticket_parse(const char *text, struct ticket *out);
