#include "uploads/item.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/csv_read.h"
#include "base/timefmt.h"

const char *const upload_format_names[] = {"csv", "sms_backup", "mbox", NULL};

void item_fini(struct item *item)
{
    buf_fini(&item->sender);
    buf_fini(&item->body);
    buf_fini(&item->device_id);
}

bool item_columns_read(const char *const cells[], size_t count, struct item_columns *out)
{
    static const char *const names[ITEM_COLUMNS] = {"sender", "body", "received_at",
                                                    "device_message_id"};
    *out = (struct item_columns){.at = {-1, -1, -1, -1}, .delimiter = ','};
    for (size_t i = 0; i < count; i++) {
        const char *cell = cells[i];
        if (i == 0 && strncmp(cell, "\xef\xbb\xbf", 3) == 0) /* a mark of UTF-8 */
            cell += 3;
        for (size_t k = 0; k < ITEM_COLUMNS; k++)
            if (strcasecmp(cell, names[k]) == 0 && out->at[k] < 0)
                out->at[k] = (int)i;
    }
    return out->at[0] >= 0 && out->at[1] >= 0;
}

/* The header, by the first delimiter that makes sense of it. */
static enum item_next read_header(struct item_reader *reader, const char *window, size_t len,
                                  bool last, struct item *out, size_t *used, size_t *lines)
{
    static const char delimiters[] = {'|', '\t', ';', ','};
    enum item_next next = ITEM_FOUND;
    out->code = "columns_missing";
    for (size_t i = 0; i < LENGTH(delimiters) && next == ITEM_FOUND; i++) {
        struct csv_record record = {0};
        enum csv_next read = csv_read(window, len, last, delimiters[i], &record, used, lines);
        if (read == CSV_MORE)
            next = ITEM_MORE;
        else if (read == CSV_BROKEN)
            out->code = "record_broken";
        else if (item_columns_read(record.cells, record.count, &reader->columns)) {
            reader->columns.delimiter = delimiters[i];
            out->code = NULL;
            next = ITEM_NONE;
        }
        csv_record_fini(&record);
    }
    reader->has_columns =
        next == ITEM_NONE || (next == ITEM_FOUND && strcmp(out->code, "record_broken") != 0);
    return next;
}

static void take_text(struct buf *buf, const char *text)
{
    buf->len = 0;
    buf_add(buf, text, strlen(text) + 1);
}

enum item_next item_read_csv(struct item_reader *reader, const char *window, size_t len, bool last,
                             struct item *out, size_t *used, size_t *lines)
{
    struct csv_record record = {0};
    const char *cells[ITEM_COLUMNS] = {"", "", "", ""};
    enum item_next next = ITEM_FOUND;
    if (!reader->has_columns)
        return read_header(reader, window, len, last, out, used, lines);
    switch (csv_read(window, len, last, reader->columns.delimiter, &record, used, lines)) {
    case CSV_MORE:
        next = ITEM_MORE;
        break;
    case CSV_BROKEN:
        out->code = "record_broken";
        break;
    case CSV_RECORD:
        if (record.count == 1 && record.cells[0][0] == '\0') {
            next = ITEM_NONE;
            break;
        }
        for (size_t i = 0; i < ITEM_COLUMNS; i++)
            if (reader->columns.at[i] >= 0 && reader->columns.at[i] < (int)record.count)
                cells[i] = record.cells[reader->columns.at[i]];
        take_text(&out->sender, cells[0]);
        take_text(&out->body, cells[1]);
        take_text(&out->device_id, cells[3]);
        if (cells[2][0] != '\0' && !timefmt_parse(cells[2], &out->received_us))
            out->code = "time_invalid";
        break;
    }
    csv_record_fini(&record);
    return next;
}

static size_t count_lines(const char *text, size_t len)
{
    size_t lines = 0;
    for (size_t i = 0; i < len; i++)
        lines += text[i] == '\n';
    return lines;
}

enum item_next item_read(struct item_reader *reader, const char *window, size_t len, bool last,
                         struct item *out, size_t *used, size_t *lines)
{
    enum item_next next;
    *out = (struct item){.sender = out->sender, .body = out->body, .device_id = out->device_id};
    out->sender.len = out->body.len = out->device_id.len = 0;
    if (reader->format == UPLOAD_CSV)
        return item_read_csv(reader, window, len, last, out, used, lines);
    next = reader->format == UPLOAD_MBOX ? item_read_mail(window, len, last, out, used)
                                         : item_read_sms(window, len, last, out, used);
    if (next != ITEM_MORE)
        *lines = count_lines(window, *used);
    return next;
}
