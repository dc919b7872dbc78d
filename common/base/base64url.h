/* base64url - RFC 4648 section 5 without padding: token parts, keys, cursors. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* The caller frees. */
char *base64url_encode(const void *data, size_t len);
/* Strict: no padding, no other characters, no stray bits in the last one; so each byte string has
 * exactly one text. false also when out (cap bytes) is too small. */
must_check bool base64url_decode(const char *text, size_t text_len, void *out, size_t cap,
                                 size_t *len);
