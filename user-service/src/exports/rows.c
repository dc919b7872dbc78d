#include "exports/rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/csv.h"
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

static void add_value(struct buf *out, const json_t *value)
{
    if (json_is_null(value))
        return;
    if (json_is_string(value)) {
        csv_add_text(out, json_string_value(value));
        return;
    }
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);
    csv_add(out, text);
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
                csv_add(out, name);
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
