#include "base/csv.h"

#include <string.h>

/* strcspn and strspn first make a table, which costs more than a cell is long. */
static size_t plain_length(const char *text)
{
    const char *at = text;
    while (*at != '\0' && *at != '"' && *at != ',' && *at != '\r' && *at != '\n')
        at++;
    return (size_t)(at - text);
}

static void add_quoted(struct buf *out, const char *prefix, const char *text)
{
    size_t plain = plain_length(text);
    if (*prefix == '\0' && text[plain] == '\0') {
        buf_add(out, text, plain);
        return;
    }
    buf_add(out, "\"", 1);
    buf_add(out, prefix, strlen(prefix));
    for (const char *at = text; *at != '\0';) {
        size_t len = strcspn(at, "\"");
        buf_add(out, at, len);
        at += len;
        if (*at == '"') {
            buf_add(out, "\"\"", 2);
            at++;
        }
    }
    buf_add(out, "\"", 1);
}

/* "-450.00" is a number, "-1+cmd" is not. */
static bool is_formula(const char *text)
{
    if ((unsigned char)*text > '@') /* letters */
        return false;
    text += strspn(text, "'");
    if (*text == '\0' || strchr("=+-@\t\r", *text) == NULL)
        return false;
    bool sign = *text == '-' || *text == '+';
    return !sign || text[1] == '\0' || text[1 + strspn(text + 1, "0123456789.")] != '\0';
}

void csv_add_text(struct buf *out, const char *text)
{
    add_quoted(out, is_formula(text) ? "'" : "", text);
}

void csv_add(struct buf *out, const char *text)
{
    add_quoted(out, "", text);
}
