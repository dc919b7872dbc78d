/* seal - AES-256-GCM around a secret kept in the database: nonce (12) | ciphertext | tag (16).
 * Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { SEAL_KEY_SIZE = 32, SEAL_OVERHEAD = 28 };

/* Base64, usual or URL-safe alphabet, with or without padding, of exactly 32 bytes. name: of the
 * setting, for the message of ERR_INVALID. */
must_check bool seal_key_parse(const char *name, const char *text, unsigned char out[SEAL_KEY_SIZE],
                               struct err *err);
/* bound_to is authenticated, not stored: what was sealed for one row cannot be moved to another.
 * The caller frees the len + SEAL_OVERHEAD bytes. */
unsigned char *seal(const unsigned char key[SEAL_KEY_SIZE], const char *bound_to, const void *data,
                    size_t len);
/* *out is NUL-terminated text, the caller's, a secret. ERR_INVALID: another key, or changed. */
must_check bool unseal(const unsigned char key[SEAL_KEY_SIZE], const char *bound_to,
                       const unsigned char *sealed, size_t len, char **out, struct err *err);
