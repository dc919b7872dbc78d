#include "line.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static const char *skip_blanks(const char *at)
{
    while (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')
        at++;
    return at;
}

size_t line_utf8_length(const char *bytes, size_t most_len)
{
    const unsigned char *b = (const unsigned char *)bytes;
    unsigned char least = 0x80, most = 0xBF;
    size_t len = b[0] >= 0xC2 && b[0] <= 0xDF ? 2 : b[0] >= 0xE0 && b[0] <= 0xEF ? 3 : 4;

    if (b[0] < 0xC2 || b[0] > 0xF4 || len > most_len)
        return 0;
    least = b[0] == 0xE0 ? 0xA0 : b[0] == 0xF0 ? 0x90 : least;
    most = b[0] == 0xED ? 0x9F : b[0] == 0xF4 ? 0x8F : most;
    if (b[1] < least || b[1] > most)
        return 0;
    for (size_t i = 2; i < len; i++)
        if ((b[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

/* The closing quote of the string whose first byte this is; NULL: not one to read here. */
static const char *string_end(const char *at, bool *escaped)
{
    *escaped = false;
    for (;;) {
        unsigned char c = (unsigned char)*at;

        if (c == '"')
            return at;
        if (c == '\\') {
            *escaped = true;
            if (at[1] == '\0')
                return NULL;
            at += 2;
        } else if (c >= 0x80) {
            size_t len = line_utf8_length(at, SIZE_MAX); /* a NUL ends it too */

            if (len == 0)
                return NULL;
            at += len;
        } else if (c < ' ') {
            return NULL;
        } else {
            at++;
        }
    }
}

/* Four hexadecimal digits; -1 when they are none. */
static int hex4(const char *at)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0)
            return -1;
        value = value * 16 + digit;
    }
    return value;
}

/* One escape, *at past its backslash. False: not one to read here, as are halves of a pair. */
static bool unescape(const char **at, char **out)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *known = strchr(from, **at);
    int cp;

    if (**at != '\0' && known != NULL) {
        *(*out)++ = to[known - from];
        ++*at;
        return true;
    }
    if (**at != 'u' || (cp = hex4(*at + 1)) <= 0 || (cp >= 0xD800 && cp <= 0xDFFF))
        return false;
    *at += 5;
    if (cp >= 0x800) {
        *(*out)++ = (char)(0xE0 | cp >> 12);
        *(*out)++ = (char)(0x80 | (cp >> 6 & 0x3F));
        *(*out)++ = (char)(0x80 | (cp & 0x3F));
    } else if (cp >= 0x80) {
        *(*out)++ = (char)(0xC0 | cp >> 6);
        *(*out)++ = (char)(0x80 | (cp & 0x3F));
    } else {
        *(*out)++ = (char)cp;
    }
    return true;
}

/* Copies the string [at, end) decoded; NULL: not one to read here. */
static const char *take_string(struct line_reader *reader, const char *at, const char *end,
                               bool escaped, size_t *len)
{
    char *begin = reader->room + reader->used, *out = begin;

    if (!escaped) {
        memcpy(out, at, (size_t)(end - at));
        out += end - at;
        at = end;
    }
    while (at < end)
        if (*at != '\\')
            *out++ = *at++;
        else if (++at, !unescape(&at, &out))
            return NULL;
    *out = '\0';
    *len = (size_t)(out - begin);
    reader->used += *len + 1;
    return begin;
}

/* Past an integer without sign or leading zero that needs no care about its size; NULL: none. */
static const char *integer_end(const char *at, json_int_t *value)
{
    const char *begin = at;

    for (*value = 0; *at >= '0' && *at <= '9'; at++)
        *value = at - begin < 18 ? *value * 10 + (*at - '0') : 0;
    if (at == begin || at - begin > 18 || (*begin == '0' && at - begin > 1) || *at == '.' ||
        *at == 'e' || *at == 'E')
        return NULL;
    return at;
}

static bool is_key(const char *key, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(key, name, len) == 0;
}

/* Where the text of a member goes; NULL: nobody asks for it. */
static const char **place_of(struct line *out, const char *key, size_t len)
{
    return is_key(key, len, "message")            ? &out->message
           : is_key(key, len, "sender")           ? &out->sender
           : is_key(key, len, "received_at")      ? &out->received_at
           : is_key(key, len, "default_currency") ? &out->default_currency
                                                  : NULL;
}

/* The string at *at. False: not one to read here, as is a member told twice. */
static bool take_text(struct line_reader *reader, const char **at, const char **place, size_t *len)
{
    bool escaped;
    const char *begin = *at + 1, *end = string_end(begin, &escaped);

    if (end == NULL || (place == NULL ? escaped : *place != NULL))
        return false;
    *at = end + 1;
    return place == NULL || (*place = take_string(reader, begin, end, escaped, len)) != NULL;
}

/* One member's value at *at. False: not one to read here. */
static bool take_member(struct line_reader *reader, const char *key, size_t key_len,
                        const char **at, struct line *out)
{
    const char *begin = *at, **place = place_of(out, key, key_len);
    bool id = is_key(key, key_len, "id"), offset = is_key(key, key_len, "utc_offset_s");
    size_t unused;

    if (*begin == '"') {
        if (offset ||
            !take_text(reader, at, place, place == &out->message ? &out->message_len : &unused))
            return false;
    } else {
        json_int_t number;
        const char *end = integer_end(begin, &number);

        if (end == NULL || place != NULL)
            return false;
        *at = end;
        if (offset)
            out->utc_offset_s = number;
    }
    if (id && out->id != NULL)
        return false;
    if (id) {
        out->id = begin;
        out->id_len = (size_t)(*at - begin);
    }
    return true;
}

/* False: jansson has to look at the line. */
static bool read_flat(struct line_reader *reader, const char *text, struct line *out)
{
    const char *at = skip_blanks(text);

    if (*at != '{')
        return false;
    for (;;) {
        bool escaped;
        const char *key = skip_blanks(at + 1), *end;

        if (*key != '"' || (end = string_end(key + 1, &escaped)) == NULL || escaped)
            return false;
        at = skip_blanks(end + 1);
        if (*at != ':')
            return false;
        at = skip_blanks(at + 1);
        if (!take_member(reader, key + 1, (size_t)(end - key - 1), &at, out))
            return false;
        at = skip_blanks(at);
        if (*at == '}')
            break;
        if (*at != ',')
            return false;
    }
    return *skip_blanks(at + 1) == '\0' && out->message != NULL;
}

static void read_tree(struct line_reader *reader, const char *text, struct line *out)
{
    json_t *tree = reader->tree = json_loads(text, 0, NULL);
    const json_t *message = json_object_get(tree, "message"), *id = json_object_get(tree, "id");

    if (!json_is_object(tree) || !json_is_string(message))
        return;
    out->message = json_string_value(message);
    out->message_len = json_string_length(message);
    out->sender = json_string_value(json_object_get(tree, "sender"));
    out->received_at = json_string_value(json_object_get(tree, "received_at"));
    out->default_currency = json_string_value(json_object_get(tree, "default_currency"));
    out->utc_offset_s = json_integer_value(json_object_get(tree, "utc_offset_s"));
    if (id != NULL) {
        out->id = reader->tree_id = json_dumps(id, JSON_COMPACT | JSON_ENCODE_ANY);
        out->id_len = strlen(out->id);
    }
}

static void drop_tree(struct line_reader *reader)
{
    json_decref(reader->tree);
    free(reader->tree_id);
    reader->tree = NULL;
    reader->tree_id = NULL;
}

void line_read(struct line_reader *reader, const char *text, size_t len, struct line *out)
{
    drop_tree(reader);
    if (len + 1 > reader->room_size) {
        /* Decoded strings are no longer than the line, each with its NUL in place of a quote. */
        reader->room_size = 2 * (len + 1);
        reader->room = xrealloc(reader->room, reader->room_size);
    }
    reader->used = 0;
    *out = (struct line){.id = NULL};
    if (read_flat(reader, text, out))
        return;
    *out = (struct line){.id = NULL};
    read_tree(reader, text, out);
}

void line_reader_fini(struct line_reader *reader)
{
    drop_tree(reader);
    free(reader->room);
}
