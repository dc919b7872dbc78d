#include "base/csv_read.h"

#include <string.h>

void csv_record_fini(struct csv_record *record)
{
    buf_fini(&record->text);
}

/* Bytes of the line end at s, 0: none is there. */
static size_t line_end(const char *s, const char *end)
{
    if (s == end || (*s != '\n' && *s != '\r'))
        return 0;
    return *s == '\r' && s + 1 < end && s[1] == '\n' ? 2 : 1;
}

static enum csv_next broken(const char *window, size_t len, size_t *used, size_t *lines)
{
    size_t line = 0;
    while (line < len && line_end(window + line, window + len) == 0)
        line++;
    *used = line + line_end(window + line, window + len);
    *lines = 1;
    return CSV_BROKEN;
}

/* One cell into text; *s moves behind it. false: it does not end in the window. */
static bool read_cell(const char **s, const char *end, char delimiter, struct buf *text,
                      size_t *lines)
{
    const char *at = *s;
    bool quoted = at < end && *at == '"';
    for (at += quoted; at < end; at++) {
        if (quoted && *at == '"') {
            if (at + 1 < end && at[1] == '"')
                at++; /* the second one is the sign itself */
            else {
                quoted = false;
                continue;
            }
        } else if (!quoted && (*at == delimiter || line_end(at, end) > 0)) {
            break;
        } else if (quoted && (*at == '\n' || (*at == '\r' && (at + 1 == end || at[1] != '\n')))) {
            ++*lines;
        }
        buf_add(text, at, 1);
    }
    *s = at;
    return !quoted;
}

enum csv_next csv_read(const char *window, size_t len, bool last, char delimiter,
                       struct csv_record *out, size_t *used, size_t *lines)
{
    const char *s = window, *end = window + len;
    size_t starts[CSV_CELLS_MAX];
    out->count = 0;
    out->text.len = 0;
    *lines = 0;
    for (;;) {
        if (out->count == CSV_CELLS_MAX)
            return broken(window, len, used, lines);
        starts[out->count++] = out->text.len;
        bool closed = read_cell(&s, end, delimiter, &out->text, lines);
        buf_add(&out->text, "", 1);
        /* A CR as the window's last byte may be half of a line end. */
        bool open = s == end || (s + 1 == end && *s == '\r');
        if (s - window > CSV_RECORD_MAX || (last && !closed))
            return broken(window, len, used, lines);
        if ((open || !closed) && !last)
            return CSV_MORE;
        if (s == end || *s != delimiter)
            break;
        s++;
    }
    size_t ending = line_end(s, end);
    *lines += ending > 0;
    *used = (size_t)(s - window) + ending;
    if (memchr(window, '\0', *used) != NULL)
        return broken(window, len, used, lines);
    for (size_t i = 0; i < out->count; i++)
        out->cells[i] = out->text.data + starts[i];
    return CSV_RECORD;
}
