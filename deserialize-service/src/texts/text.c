#include "texts/text.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/uuid.h"
#include "reader/reader.h"

enum { BOUND_SIZE = 8 + UUID_SIZE };

void text_key_derive(const unsigned char secret[static TEXT_SECRET_SIZE], struct text_key *out)
{
    sha256_keyed(secret, TEXT_SECRET_SIZE, "text", 4, out->seal);
    sha256_keyed(secret, TEXT_SECRET_SIZE, "fingerprint", 11, out->print);
}

/* Ids are stored in lower case, whatever case a forwarder wrote. */
static void bound_to(const char *message_id, char out[static BOUND_SIZE])
{
    char id[UUID_SIZE];
    uuid_lower(message_id, id);
    snprintf(out, BOUND_SIZE, "message:%s", id);
}

unsigned char *text_seal(const struct text_key *key, const char *message_id, const char *body,
                         size_t len)
{
    char bound[BOUND_SIZE];
    bound_to(message_id, bound);
    return seal(key->seal, bound, body, len);
}

bool text_open(const struct text_key *key, const char *message_id, const unsigned char *sealed,
               size_t len, char **body, struct err *err)
{
    char bound[BOUND_SIZE];
    struct err why;
    bound_to(message_id, bound);
    return unseal(key->seal, bound, sealed, len, body, &why) ||
           err_set(err, ERR_INTERNAL, "text %s: %s", message_id, why.text);
}

/* As it is fingerprinted; the caller frees it. */
static char *canonical(const char *body, size_t *len)
{
    size_t body_len = strlen(body);
    char *text = xmalloc(body_len + 1);
    *len = reader_canonical_text(body, body_len, text);
    return text;
}

void text_fingerprint(const struct text_key *key, const char *body,
                      unsigned char out[static FINGERPRINT_SIZE])
{
    size_t len;
    scoped(str_drop) char *text = canonical(body, &len);
    sha256_keyed(key->print, sizeof key->print, text, len, out);
}

void text_fingerprint_unkeyed(const char *body, unsigned char out[static FINGERPRINT_SIZE])
{
    size_t len;
    scoped(str_drop) char *text = canonical(body, &len);
    sha256(text, len, out);
}
