#include "base/to_utf8.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WAITING_MAX = 8, CHUNK = 4096 };
static const char replacement[] = "\xef\xbf\xbd";

struct to_utf8 {
    const char *encoding; /* NULL: nothing came yet */
    iconv_t converter;
    char waiting[WAITING_MAX]; /* the beginning of a character */
    size_t waiting_len;
};

struct to_utf8 *to_utf8_new(void)
{
    return xcalloc(1, sizeof(struct to_utf8));
}

void to_utf8_free(struct to_utf8 *state)
{
    if (state != NULL && state->encoding != NULL)
        iconv_close(state->converter);
    free(state);
}

const char *to_utf8_encoding(const struct to_utf8 *state)
{
    return state->encoding != NULL ? state->encoding : "UTF-8";
}

static void open_converter(struct to_utf8 *state, const char *encoding)
{
    state->encoding = encoding;
    state->converter = iconv_open("UTF-8", encoding);
    if (state->converter == (iconv_t)-1)
        panic("iconv does not know %s", encoding);
}

/* iconv passes on sequences of UTF-8 beyond the last code point, U+10FFFF (RFC 3629, section 3).
 * Returns how many there were. */
static size_t add_characters(struct buf *out, const char *text, size_t len)
{
    size_t beyond = 0;
    for (size_t i = 0; i < len;) {
        const unsigned char *c = (const unsigned char *)text + i;
        size_t run = 0;
        while (i + run < len &&
               (c[run] < 0xf4 || (c[run] == 0xf4 && i + run + 1 < len && c[run + 1] < 0x90)))
            run++;
        buf_add(out, c, run);
        i += run;
        if (i == len)
            break;
        buf_add(out, replacement, sizeof replacement - 1);
        beyond++;
        for (i++; i < len && ((unsigned char)text[i] & 0xc0) == 0x80; i++)
            continue;
    }
    return beyond;
}

/* Converts what it can; what is left at *in is the beginning of a character, if anything. Returns
 * how many sequences were none. */
static size_t convert(iconv_t converter, const char **in, size_t *len, struct buf *out)
{
    char chunk[CHUNK];
    size_t broken = 0;
    while (*len > 0) {
        char *from = (char *)(uintptr_t)*in, *to = chunk; /* iconv does not write there */
        size_t room = sizeof chunk;
        size_t done = iconv(converter, &from, len, &to, &room);
        *in = from;
        broken += add_characters(out, chunk, sizeof chunk - room);
        if (done != (size_t)-1 || errno == E2BIG)
            continue;
        if (errno == EINVAL)
            break;
        buf_add(out, replacement, sizeof replacement - 1);
        broken++;
        ++*in;
        --*len;
    }
    return broken;
}

static bool is_utf8(const char *bytes, size_t len)
{
    struct buf ignored = {0};
    iconv_t converter = iconv_open("UTF-8", "UTF-8");
    bool valid = convert(converter, &bytes, &len, &ignored) == 0;
    iconv_close(converter);
    buf_fini(&ignored);
    return valid;
}

/* Returns the length of the byte order mark. */
static size_t detect(struct to_utf8 *state, const char *bytes, size_t len)
{
    static const struct {
        const char *mark, *encoding;
        size_t len;
    } marks[] = {
        {"\xef\xbb\xbf", "UTF-8", 3}, {"\xff\xfe", "UTF-16LE", 2}, {"\xfe\xff", "UTF-16BE", 2}};
    for (size_t i = 0; i < LENGTH(marks); i++)
        if (len >= marks[i].len && memcmp(bytes, marks[i].mark, marks[i].len) == 0) {
            open_converter(state, marks[i].encoding);
            return marks[i].len;
        }
    open_converter(state, is_utf8(bytes, len) ? "UTF-8" : "CP1252");
    return 0;
}

void to_utf8_add(struct to_utf8 *state, const char *bytes, size_t len, struct buf *out)
{
    struct buf joined = {0};
    if (len == 0)
        return;
    if (state->encoding == NULL) {
        size_t mark = detect(state, bytes, len);
        bytes += mark;
        len -= mark;
    }
    if (state->waiting_len > 0) {
        buf_add(&joined, state->waiting, state->waiting_len);
        buf_add(&joined, bytes, len);
        bytes = joined.data;
        len = joined.len;
    }
    convert(state->converter, &bytes, &len, out);
    state->waiting_len = len < WAITING_MAX ? len : 0;
    memcpy(state->waiting, bytes, state->waiting_len);
    buf_fini(&joined);
}

void to_utf8_end(struct to_utf8 *state, struct buf *out)
{
    if (state->waiting_len > 0)
        buf_add(out, replacement, sizeof replacement - 1);
    state->waiting_len = 0;
}
