/* text - a bank's text under its owner's key: sealed for the database, and fingerprinted so that
 * equal texts of one person are found without opening any. No I/O.   Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "secrets/seal.h"

enum { FINGERPRINT_SIZE = 32, TEXT_SECRET_SIZE = 32 };

/* What is derived of a person's secret: a key for each purpose. Wiped by who holds it. */
struct text_key {
    unsigned char seal[SEAL_KEY_SIZE], print[SEAL_KEY_SIZE];
};
void text_key_derive(const unsigned char secret[static TEXT_SECRET_SIZE], struct text_key *out);

/* len + SEAL_OVERHEAD bytes, which the caller frees. What was sealed for one message opens for no
 * other. */
unsigned char *text_seal(const struct text_key *key, const char *message_id, const char *body,
                         size_t len);
/* *body is the caller's. ERR_INTERNAL: it was sealed under another key or for another message. */
must_check bool text_open(const struct text_key *key, const char *message_id,
                          const unsigned char *sealed, size_t len, char **body, struct err *err);

/* HMAC-SHA-256 of the body with runs of white space made one blank and the ends trimmed. */
void text_fingerprint(const struct text_key *key, const char *body,
                      unsigned char out[static FINGERPRINT_SIZE]);
/* SHA-256 of the same: the fingerprint of rows from before texts were sealed. */
void text_fingerprint_unkeyed(const char *body, unsigned char out[static FINGERPRINT_SIZE]);
