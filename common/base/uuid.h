/* uuid - UUIDv7 identifiers (RFC 9562, 5.7) in their 36-character text form, in lower case.
 * Ids made by one process are strictly increasing, so an id also serves as a keyset. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define UUID_SIZE 37

void uuid_new(char out[static UUID_SIZE]);
/* Any version, lower or upper case, 8-4-4-4-12. */
must_check bool uuid_valid(const char *text);
/* Of a valid text, 16 bytes; and back, in lower case. */
void uuid_to_bytes(const char *text, unsigned char out[static 16]);
void uuid_from_bytes(const unsigned char in[static 16], char out[static UUID_SIZE]);
/* A valid text in lower case. */
void uuid_lower(const char *text, char out[static UUID_SIZE]);
/* count bytes from the kernel's generator; never fails short. */
void random_bytes(void *out, size_t count);
/* The same for ids and jitter, which are no secrets: taken from the kernel a block at a time for
 * each thread. At most 64 bytes. */
void random_id_bytes(void *out, size_t count);
/* The low digits of value in lower-case hexadecimal, without a NUL; the end of what was written. */
char *hex_put(char *out, uint64_t value, int digits);
