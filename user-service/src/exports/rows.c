#include "exports/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"

void rows_json_begin(struct buf *out)
{
    buf_add(out, "[", 1);
}

void rows_json_end(struct buf *out)
{
    buf_add(out, "\n]\n", 3);
}

void rows_to_json(struct buf *out, const json_t *rows, bool first)
{
    size_t i;
    json_t *row;
    json_array_foreach(rows, i, row)
    {
        scoped(str_drop) char *text = json_text(row);
        buf_add(out, first && i == 0 ? "\n" : ",\n", first && i == 0 ? 1 : 2);
        buf_add(out, text, strlen(text));
    }
}

static void add_quoted(struct buf *out, const char *prefix, const char *text)
{
    if (*prefix == '\0' && text[strcspn(text, "\",\r\n")] == '\0') {
        buf_add(out, text, strlen(text));
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
    if (*text == '\0' || strchr("=+-@\t\r", *text) == NULL)
        return false;
    bool sign = *text == '-' || *text == '+';
    return !sign || text[1] == '\0' || text[1 + strspn(text + 1, "0123456789.")] != '\0';
}

static void add_value(struct buf *out, const json_t *value)
{
    if (json_is_null(value))
        return;
    if (json_is_string(value)) {
        const char *text = json_string_value(value);
        add_quoted(out, is_formula(text) ? "'" : "", text);
        return;
    }
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    add_quoted(out, "", text);
    free(text);
}

void rows_to_csv(struct buf *out, const json_t *rows, bool first)
{
    size_t i;
    json_t *row, *value;
    const char *name;
    json_array_foreach(rows, i, row)
    {
        const char *comma = "";
        if (first && i == 0) {
            json_object_foreach(row, name, value)
            {
                buf_add(out, comma, strlen(comma));
                add_quoted(out, "", name);
                comma = ",";
            }
            buf_add(out, "\r\n", 2);
        }
        comma = "";
        json_object_foreach(row, name, value)
        {
            buf_add(out, comma, strlen(comma));
            add_value(out, value);
            comma = ",";
        }
        buf_add(out, "\r\n", 2);
    }
}
