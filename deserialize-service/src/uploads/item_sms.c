#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "uploads/item.h"

/* An attribute's value, unescaped, into out. The app writes what lies beyond the basic plane as two
 * references to surrogates, which XML does not allow and no XML parser takes: so it is read here.
 */
static void add_code_point(struct buf *out, uint32_t c)
{
    char utf8[4];
    size_t n = 0;
    if (c < 0x80) {
        utf8[n++] = (char)c;
    } else if (c < 0x800) {
        utf8[n++] = (char)(0xc0 | c >> 6);
        utf8[n++] = (char)(0x80 | (c & 63));
    } else if (c < 0x10000) {
        utf8[n++] = (char)(0xe0 | c >> 12);
        utf8[n++] = (char)(0x80 | (c >> 6 & 63));
        utf8[n++] = (char)(0x80 | (c & 63));
    } else {
        utf8[n++] = (char)(0xf0 | c >> 18);
        utf8[n++] = (char)(0x80 | (c >> 12 & 63));
        utf8[n++] = (char)(0x80 | (c >> 6 & 63));
        utf8[n++] = (char)(0x80 | (c & 63));
    }
    buf_add(out, utf8, n);
}

/* &#10; or &#x1F600; at s, before end. Its length, 0: it is none. */
static size_t number_reference(const char *s, const char *end, uint32_t *out)
{
    const char *at = s + 2;
    int base = 10;
    uint32_t value = 0;
    if (end - s < 4 || s[1] != '#')
        return 0;
    if (*at == 'x' || *at == 'X') {
        base = 16;
        at++;
    }
    for (; at < end && *at != ';' && at - s < 12; at++) {
        char digit[2] = {*at, '\0'};
        char *bad;
        unsigned long d = strtoul(digit, &bad, base);
        if (*bad != '\0')
            return 0;
        value = value * (uint32_t)base + (uint32_t)d;
    }
    *out = value;
    return at < end && *at == ';' && value <= 0x10ffff ? (size_t)(at - s) + 1 : 0;
}

static size_t named_reference(const char *s, const char *end, char *out)
{
    static const struct {
        const char *name;
        char c;
    } names[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t len = strlen(names[i].name);
        if ((size_t)(end - s) >= len && strncmp(s, names[i].name, len) == 0) {
            *out = names[i].c;
            return len;
        }
    }
    return 0;
}

static size_t add_reference(const char *s, const char *end, struct buf *out)
{
    uint32_t code = 0, low = 0;
    char c;
    size_t len = named_reference(s, end, &c);
    if (len > 0) {
        buf_add(out, &c, 1);
        return len;
    }
    len = number_reference(s, end, &code);
    if (len == 0)
        return 0;
    if (code >= 0xd800 && code < 0xdc00) {
        size_t more = number_reference(s + len, end, &low);
        if (more == 0 || low < 0xdc00 || low > 0xdfff)
            code = 0xfffd;
        else {
            code = 0x10000 + ((code & 0x3ff) << 10 | (low & 0x3ff));
            len += more;
        }
    } else if ((code >= 0xdc00 && code < 0xe000) || code == 0) {
        code = 0xfffd; /* half a pair, or what no text may hold */
    }
    add_code_point(out, code);
    return len;
}

static void unescape(const char *s, const char *end, struct buf *out)
{
    out->len = 0;
    while (s < end) {
        size_t len = *s == '&' ? add_reference(s, end, out) : 0;
        if (len == 0) {
            buf_add(out, s, 1);
            len = 1;
        }
        s += len;
    }
    buf_add(out, "", 1);
}

/* name="value" or name='value' of the element; false: it has none. */
static bool attribute(const char *element, const char *end, const char *name, struct buf *out)
{
    size_t len = strlen(name);
    for (const char *s = element; s < end;) {
        const char *sign = memchr(s, '=', (size_t)(end - s));
        if (sign == NULL || sign + 1 >= end || (sign[1] != '"' && sign[1] != '\''))
            return false;
        const char *close = memchr(sign + 2, sign[1], (size_t)(end - sign - 2));
        if (close == NULL)
            return false;
        if ((size_t)(sign - s) >= len && strncmp(sign - len, name, len) == 0 &&
            (sign - len == element || strchr(" \t\r\n", sign[-(ptrdiff_t)len - 1]) != NULL)) {
            unescape(sign + 2, close, out);
            return true;
        }
        s = close + 1;
    }
    return false;
}

/* Where the tag that begins at s ends, quotes regarded; NULL: not in the window. */
static const char *tag_end(const char *s, const char *end)
{
    char quote = '\0';
    for (; s < end; s++) {
        if (quote != '\0')
            quote = *s == quote ? '\0' : quote;
        else if (*s == '"' || *s == '\'')
            quote = *s;
        else if (*s == '>')
            return s;
    }
    return NULL;
}

static void read_element(const char *element, const char *end, struct item *out)
{
    struct buf type = {0}, date = {0};
    if (!attribute(element, end, "address", &out->sender) ||
        !attribute(element, end, "body", &out->body))
        out->code = "attribute_missing";
    if (attribute(element, end, "date", &date)) { /* milliseconds since 1970 */
        char *rest;
        long long ms = strtoll(date.data, &rest, 10);
        if (*rest != '\0' || ms <= 0 || ms > INT64_C(253402300799999))
            out->code = "time_invalid";
        else
            out->received_us = ms * 1000;
    }
    if (attribute(element, end, "type", &type) && strcmp(type.data, "1") != 0) {
        out->code = "not_received"; /* sent, a draft, … */
        out->skipped = true;
    }
    buf_fini(&type);
    buf_fini(&date);
}

enum item_next item_read_sms(const char *window, size_t len, bool last, struct item *out,
                             size_t *used)
{
    const char *end = window + len, *open = memchr(window, '<', len);
    if (open == NULL) {
        *used = len;
        return len > 0 ? ITEM_NONE : ITEM_MORE;
    }
    if (open > window) {
        *used = (size_t)(open - window);
        return ITEM_NONE;
    }
    const char *close = tag_end(open, end);
    if (close == NULL && !last && len < ITEM_MAX)
        return ITEM_MORE;
    if (close == NULL) { /* a quote left open: on with the next tag */
        const char *next = memchr(open + 1, '<', len - 1);
        *used = next != NULL ? (size_t)(next - window) : len;
        out->code = "element_broken";
        return ITEM_FOUND;
    }
    *used = (size_t)(close - window) + 1;
    if (*used > 5 && strncmp(open, "<sms", 4) == 0 && strchr(" \t\r\n", open[4]) != NULL) {
        read_element(open + 4, close, out);
        return ITEM_FOUND;
    }
    if (*used > 5 && strncmp(open, "<mms", 4) == 0 && strchr(" \t\r\n", open[4]) != NULL) {
        out->code = "mms";
        out->skipped = true;
        return ITEM_FOUND;
    }
    return ITEM_NONE;
}
