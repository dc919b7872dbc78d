#include "sessions/refresh_token.h"

#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"
#include "base/sha256.h"

enum { ID_BYTES = 16, GENERATION_AT = 32, RANDOM_AT = 36, RANDOM_BYTES = 32, MARK_AT = 68 };

static void hash_of(struct refresh_token *token)
{
    sha256(token->bytes, REFRESH_BYTES, token->hash);
}

const unsigned char *refresh_token_mark(const struct refresh_token *token)
{
    return token->bytes + MARK_AT;
}

void refresh_family_key(const unsigned char mark[FAMILY_MARK_SIZE],
                        unsigned char out[FAMILY_KEY_SIZE])
{
    sha256(mark, FAMILY_MARK_SIZE, out);
}

void refresh_token_make(struct refresh_token *token, const unsigned char mark[FAMILY_MARK_SIZE],
                        char text[static REFRESH_TEXT_SIZE])
{
    unsigned char *bytes = token->bytes;
    uuid_to_bytes(token->user_id, bytes);
    uuid_to_bytes(token->session_id, bytes + ID_BYTES);
    for (int i = 0; i < 4; i++)
        bytes[GENERATION_AT + i] = (unsigned char)(token->generation >> (24 - 8 * i));
    random_bytes(bytes + RANDOM_AT, RANDOM_BYTES);
    memcpy(bytes + MARK_AT, mark, FAMILY_MARK_SIZE);
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
    unsigned char key[FAMILY_KEY_SIZE];
    refresh_family_key(refresh_token_mark(token), key);
    return CRYPTO_memcmp(key, family_key, FAMILY_KEY_SIZE) == 0;
}
