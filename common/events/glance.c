#include "events/glance.h"

#include <string.h>

#include "base/mem.h"

enum { DIGITS_MAX = 18 };

struct slice {
    const char *text;
    size_t len;
};

/* Behind the closing quote of what begins behind the opening one; NULL: it has an escape, a control
 * character or no end. */
static const char *plain_end(const char *at, const char *end)
{
    for (; at < end && (unsigned char)*at >= ' ' && *at != '\\'; at++)
        if (*at == '"')
            return at + 1;
    return NULL;
}

/* The same, with escapes. */
static const char *string_end(const char *at, const char *end)
{
    for (; at < end && (unsigned char)*at >= ' '; at++) {
        if (*at == '"')
            return at + 1;
        at += *at == '\\';
    }
    return NULL;
}

/* Of an object or an array, by counting brackets. */
static const char *tree_end(const char *at, const char *end)
{
    int depth = 0;
    while (at < end && (unsigned char)*at >= ' ') {
        char c = *at++;
        if (c == '"') {
            at = string_end(at, end);
            if (at == NULL)
                return NULL;
        } else if (c == '{' || c == '[') {
            depth++;
        } else if ((c == '}' || c == ']') && --depth == 0) {
            return at;
        }
    }
    return NULL;
}

static const char *value_end(const char *at, const char *end)
{
    if (at < end && *at == '"')
        return plain_end(at + 1, end);
    if (at < end && (*at == '{' || *at == '['))
        return tree_end(at, end);
    while (at < end && (unsigned char)*at > ' ' && *at != ',' && *at != '}')
        at++;
    return at;
}

static bool is(const struct slice *slice, const char *text)
{
    return slice->len == strlen(text) && memcmp(slice->text, text, slice->len) == 0;
}

/* Without its quotes; false where it is no string or does not fit. */
static bool take_text(const struct slice *value, char *out, size_t size)
{
    if (value->len < 3 || value->text[0] != '"' || value->len - 2 >= size)
        return false;
    memcpy(out, value->text + 1, value->len - 2);
    out[value->len - 2] = '\0';
    return true;
}

static bool take_sequence(const struct slice *value, int64_t *out)
{
    *out = 0;
    for (size_t i = 0; i < value->len; i++) {
        if (value->text[i] < '0' || value->text[i] > '9' || i == DIGITS_MAX)
            return false;
        *out = *out * 10 + (value->text[i] - '0');
    }
    return value->len > 0;
}

static bool take(const struct slice *name, const struct slice *value, struct event_glance *out)
{
    if (is(name, "specversion"))
        return is(value, "\"1.0\"");
    if (is(name, "datacontenttype"))
        return is(value, "\"application/json\"");
    if (is(name, "type"))
        return take_text(value, out->type, sizeof out->type);
    if (is(name, "sequence"))
        return take_sequence(value, &out->sequence);
    if (is(name, "userid")) {
        char id[UUID_SIZE];
        if (!take_text(value, id, sizeof id) || !uuid_valid(id))
            return false;
        uuid_lower(id, out->user_id);
    }
    if (is(name, "data")) {
        out->data = value->text;
        out->data_len = value->len;
        return value->len > 1 && value->text[0] == '{';
    }
    return true;
}

bool event_glance(const void *value, size_t len, struct event_glance *out)
{
    const char *at = value, *end = at + len;
    *out = (struct event_glance){.data = NULL};
    for (char before = '{'; at < end && *at == before; before = ',') {
        struct slice name = {.text = at + 2};
        if (at + 2 >= end || at[1] != '"')
            return false;
        at = plain_end(name.text, end);
        if (at == NULL || at >= end || *at != ':')
            return false;
        name.len = (size_t)(at - name.text) - 1;
        struct slice member = {.text = at + 1};
        at = value_end(member.text, end);
        if (at == NULL)
            return false;
        member.len = (size_t)(at - member.text);
        if (!take(&name, &member, out))
            return false;
    }
    return end - at == 1 && *at == '}' && out->data != NULL && out->type[0] != '\0';
}
