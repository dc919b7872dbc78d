/* sha256 - the SHA-256 digest of bytes in memory (FIPS 180-4), by OpenSSL.
 * Its algorithm is fetched once a process: a fetch by name, which SHA256() and EVP_sha256() do each
 * time, costs more than digesting a bank text. Threads: any. */
#pragma once
#include <stddef.h>

enum { SHA256_SIZE = 32, SHA256_HEX_SIZE = 2 * SHA256_SIZE + 1 };

void sha256(const void *data, size_t len, unsigned char out[static SHA256_SIZE]);
/* The same of two pieces as if they were one. */
void sha256_two(const void *first, size_t first_len, const void *second, size_t second_len,
                unsigned char out[static SHA256_SIZE]);
/* HMAC-SHA-256 (RFC 2104). */
void sha256_keyed(const void *key, size_t key_len, const void *data, size_t len,
                  unsigned char out[static SHA256_SIZE]);
/* A digest of what comes bit by bit: new, add…, end, which frees it. */
struct sha256_stream;
struct sha256_stream *sha256_new(void);
void sha256_add(struct sha256_stream *stream, const void *data, size_t len);
void sha256_end(struct sha256_stream *stream, unsigned char out[static SHA256_SIZE]);
/* Lower-case, with a NUL. */
void sha256_hex(const unsigned char digest[static SHA256_SIZE], char out[static SHA256_HEX_SIZE]);
