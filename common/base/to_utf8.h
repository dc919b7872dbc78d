/* to_utf8 - text of an encoding that nobody told, made UTF-8 a piece at a time (iconv).
 * By its byte order mark: UTF-8, or UTF-16 either way; else UTF-8 when the first piece is valid as
 * such, else Windows-1252, which banks' files mostly are then. What is no character of the encoding
 * becomes U+FFFD. No I/O; an object belongs to one thread at a time. */
#pragma once
#include <stddef.h>

#include "base/mem.h"

struct to_utf8;
struct to_utf8 *to_utf8_new(void);
void to_utf8_free(struct to_utf8 *state); /* NULL is allowed */
/* Appends to out what the bytes are; a character that is not whole waits for the next piece. */
void to_utf8_add(struct to_utf8 *state, const char *bytes, size_t len, struct buf *out);
/* At the end: what still waits is no character. */
void to_utf8_end(struct to_utf8 *state, struct buf *out);
/* Of what was added so far: "UTF-8", "UTF-16LE", "UTF-16BE" or "CP1252". */
const char *to_utf8_encoding(const struct to_utf8 *state);
