#include "sessions/refresh_token.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"
#include "base/sha256.h"

enum { ID_BYTES = 16, GENERATION_AT = 32, RANDOM_AT = 36, RANDOM_BYTES = 32, TAG_AT = 68 };
enum { TAG_BYTES = REFRESH_BYTES - TAG_AT };

static void tag_of(const unsigned char *bytes, const unsigned char *family_key,
                   unsigned char out[TAG_BYTES])
{
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned len;
    if (HMAC(EVP_sha256(), family_key, FAMILY_KEY_SIZE, bytes, TAG_AT, mac, &len) == NULL)
        panic("HMAC failed");
    memcpy(out, mac, TAG_BYTES);
}

static void hash_of(struct refresh_token *token)
{
    sha256(token->bytes, REFRESH_BYTES, token->hash);
}

void refresh_token_make(struct refresh_token *token,
                        const unsigned char family_key[FAMILY_KEY_SIZE],
                        char text[static REFRESH_TEXT_SIZE])
{
    unsigned char *bytes = token->bytes;
    uuid_to_bytes(token->user_id, bytes);
    uuid_to_bytes(token->session_id, bytes + ID_BYTES);
    for (int i = 0; i < 4; i++)
        bytes[GENERATION_AT + i] = (unsigned char)(token->generation >> (24 - 8 * i));
    random_bytes(bytes + RANDOM_AT, RANDOM_BYTES);
    tag_of(bytes, family_key, bytes + TAG_AT);
    hash_of(token);
    scoped(secret_drop) char *encoded = base64url_encode(bytes, REFRESH_BYTES);
    memcpy(text, encoded, REFRESH_TEXT_SIZE);
}

bool refresh_token_parse(const char *text, struct refresh_token *out)
{
    size_t len;
    *out = (struct refresh_token){.generation = 0};
    if (!base64url_decode(text, strlen(text), out->bytes, sizeof out->bytes, &len) ||
        len != REFRESH_BYTES)
        return false;
    uuid_from_bytes(out->bytes, out->user_id);
    uuid_from_bytes(out->bytes + ID_BYTES, out->session_id);
    for (int i = 0; i < 4; i++)
        out->generation = out->generation << 8 | out->bytes[GENERATION_AT + i];
    hash_of(out);
    return true;
}

bool refresh_token_genuine(const struct refresh_token *token,
                           const unsigned char family_key[FAMILY_KEY_SIZE])
{
    unsigned char tag[TAG_BYTES];
    tag_of(token->bytes, family_key, tag);
    return CRYPTO_memcmp(tag, token->bytes + TAG_AT, TAG_BYTES) == 0;
}
