/* line - one message of the parse tool's input, a JSON object a line. What such lines are nearly
 * always, a flat object of plain strings and integers, is read without a tree; every other line is
 * left to jansson, so that both give the same.
 * Owns: what it hands out, until the next line.   Threads: one. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct line {
    const char *message; /* NULL: the line is no message */
    size_t message_len;
    const char *sender, *received_at, *default_currency; /* NULL: not told */
    json_int_t utc_offset_s;
    const char *id; /* as JSON; NULL: none */
    size_t id_len;
};

struct line_reader {
    char *room; /* for decoded strings; as long as the longest line so far */
    size_t room_size, used;
    json_t *tree; /* of a line that is read by jansson */
    char *tree_id;
};

/* Bytes of the well formed UTF-8 sequence beyond ASCII that begins here, of most_len bytes at most;
 * 0: none. Overlong forms, surrogates and what is past U+10FFFF are none. */
size_t line_utf8_length(const char *bytes, size_t most_len);
/* text ends with a NUL. */
void line_read(struct line_reader *reader, const char *text, size_t len, struct line *out);
void line_reader_fini(struct line_reader *reader);
