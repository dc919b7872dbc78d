#include "code.h"

#include <stdio.h>
#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"
#include "base/sha256.h"
#include "base/uuid.h"

enum { CODE_BYTES = 32 };

void code_hash(const char *code, unsigned char hash[static CODE_HASH_SIZE])
{
    sha256(code, strlen(code), hash);
}

void code_make(char out[static CODE_SIZE], unsigned char hash[static CODE_HASH_SIZE])
{
    unsigned char bytes[CODE_BYTES];
    random_bytes(bytes, sizeof bytes);
    scoped(secret_drop) char *text = base64url_encode(bytes, sizeof bytes);
    snprintf(out, CODE_SIZE, "%s", text);
    explicit_bzero(bytes, sizeof bytes);
    code_hash(out, hash);
}
