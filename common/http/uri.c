#include "http/uri.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Bytes of the UTF-8 sequence at s (RFC 3629: no overlong forms, surrogates or past U+10FFFF), 0
 * when it is none. s is NUL-terminated, so a cut sequence ends at a byte that does not continue. */
static size_t utf8_sequence(const unsigned char *s)
{
    if (s[0] < 0x80)
        return 1;
    size_t more = s[0] >= 0xf0 ? 3 : s[0] >= 0xe0 ? 2 : 1;
    if (s[0] < 0xc2 || s[0] > 0xf4)
        return 0;
    for (size_t i = 1; i <= more; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return more + 1;
}

static bool plain_text(const char *text)
{
    for (const unsigned char *s = (const unsigned char *)text; *s != '\0';) {
        size_t len = utf8_sequence(s);
        if (len == 0 || *s < 0x20 || *s == 0x7f)
            return false;
        s += len;
    }
    return true;
}

/* In place; the result is never longer. */
static bool decode(char *text, bool plus_is_space)
{
    char *to = text;
    for (const char *from = text; *from != '\0'; from++) {
        char c = *from;
        if (c == '%') {
            int high = hex(from[1]), low = high < 0 ? -1 : hex(from[2]);
            if (low < 0)
                return false;
            c = (char)(high * 16 + low);
            if (c == '\0')
                return false;
            from += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        *to++ = c;
    }
    *to = '\0';
    return plain_text(text);
}

static bool dot_segment(const char *segment)
{
    return strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0;
}

/* A slash at the end is kept as an empty last segment, which no route has: 404, not an alias. */
static bool split_path(struct uri *uri, char *path, struct err *err)
{
    if (path[0] == '\0')
        return true;
    for (char *next = path; next != NULL;) {
        char *segment = next;
        next = strchr(segment, '/');
        if (next != NULL)
            *next++ = '\0';
        if (uri->segment_count == URI_SEGMENTS_MAX)
            return err_set_name(err, ERR_TOO_LARGE, "uri_too_long", "the path has too many parts");
        if (!decode(segment, false) || dot_segment(segment) || (segment[0] == '\0' && next != NULL))
            return err_set_name(err, ERR_MALFORMED, "path_malformed",
                                "the path is not well-formed");
        uri->segments[uri->segment_count++] = segment;
    }
    return true;
}

static bool add_param(struct uri *uri, char *name, char *value, struct err *err)
{
    if (uri->query_count == QUERY_PARAMS_MAX)
        return err_set_name(err, ERR_MALFORMED, "query_malformed", "more than %d query parameters",
                            QUERY_PARAMS_MAX);
    if (!decode(name, true) || !decode(value, true) || name[0] == '\0' ||
        strlen(name) > QUERY_NAME_MAX)
        return err_set_name(err, ERR_MALFORMED, "query_malformed", "the query is not well-formed");
    if (uri->duplicate == NULL && uri_query(uri, name) != NULL)
        uri->duplicate = name;
    uri->query[uri->query_count++] = (struct uri_param){name, value};
    return true;
}

static bool split_query(struct uri *uri, char *query, struct err *err)
{
    for (char *next = query; next != NULL;) {
        char *name = next;
        next = strchr(name, '&');
        if (next != NULL)
            *next++ = '\0';
        if (name[0] == '\0')
            continue;
        char *value = strchr(name, '=');
        if (value != NULL)
            *value++ = '\0';
        else
            value = name + strlen(name);
        if (!add_param(uri, name, value, err))
            return false;
    }
    return true;
}

/* A client of a proxy sends "http://host/path" (RFC 9112, 3.2.2). */
static const char *skip_authority(const char *target)
{
    size_t scheme = strncmp(target, "http://", 7) == 0    ? 7
                    : strncmp(target, "https://", 8) == 0 ? 8
                                                          : 0;
    if (scheme == 0)
        return target;
    const char *path = strchr(target + scheme, '/');
    return path != NULL ? path : "/";
}

bool uri_parse(const char *target, struct uri *out, struct err *err)
{
    *out = (struct uri){0};
    if (strlen(target) > URI_BYTES_MAX)
        return err_set_name(err, ERR_TOO_LARGE, "uri_too_long", "the URI exceeds %d bytes",
                            URI_BYTES_MAX);
    target = skip_authority(target);
    for (const char *c = target; *c != '\0'; c++)
        if (*c <= 0x20 || *c >= 0x7f || *c == '#')
            return err_set_name(err, ERR_MALFORMED, "path_malformed", "the URI is not well-formed");
    out->path = xstrndup(target, strcspn(target, "?"));
    out->text = xstrdup(target);
    if (out->text[0] != '/')
        return err_set_name(err, ERR_MALFORMED, "path_malformed", "the path must begin with /");
    char *query = strchr(out->text, '?');
    if (query != NULL)
        *query++ = '\0';
    return split_path(out, out->text + 1, err) && split_query(out, query, err);
}

void uri_fini(struct uri *uri)
{
    free(uri->path);
    free(uri->text);
    *uri = (struct uri){0};
}

const char *uri_query(const struct uri *uri, const char *name)
{
    for (size_t i = 0; i < uri->query_count; i++)
        if (strcmp(uri->query[i].name, name) == 0)
            return uri->query[i].value;
    return NULL;
}

static bool unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

bool uri_encode(const char *text, char *out, size_t size, size_t *used)
{
    static const char digits[] = "0123456789ABCDEF";
    size_t n = *used;
    for (; *text != '\0'; text++) {
        if (n + 4 > size)
            return false;
        if (unreserved(*text)) {
            out[n++] = *text;
        } else {
            uint8_t byte = (uint8_t)*text;
            out[n++] = '%';
            out[n++] = digits[byte >> 4];
            out[n++] = digits[byte & 15];
        }
    }
    out[n] = '\0';
    *used = n;
    return true;
}
