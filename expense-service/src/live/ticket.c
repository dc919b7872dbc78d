#include "live/ticket.h"

#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"

enum { ID_BYTES = 16, RANDOM_BYTES = 32, TICKET_BYTES = ID_BYTES + RANDOM_BYTES };

void ticket_new(const char *user_id, char text[static TICKET_SIZE], struct ticket *out)
{
    unsigned char bytes[TICKET_BYTES];
    uuid_to_bytes(user_id, bytes);
    random_bytes(bytes + ID_BYTES, RANDOM_BYTES);
    scoped(secret_drop) char *encoded = base64url_encode(bytes, sizeof bytes);
    memcpy(text, encoded, TICKET_SIZE);
    memcpy(out->user_id, user_id, UUID_SIZE);
    sha256(text, TICKET_SIZE - 1, out->hash);
    explicit_bzero(bytes, sizeof bytes);
}

bool ticket_parse(const char *text, struct ticket *out)
{
    unsigned char bytes[TICKET_BYTES];
    size_t len;
    if (!base64url_decode(text, strlen(text), bytes, sizeof bytes, &len) || len != sizeof bytes)
        return false;
    uuid_from_bytes(bytes, out->user_id);
    sha256(text, strlen(text), out->hash);
    return true;
}
