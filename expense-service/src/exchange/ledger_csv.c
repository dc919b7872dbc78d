#include "exchange/ledger_csv.h"

#include <string.h>

#include "base/csv.h"
#include "base/json_util.h"
#include "base/timefmt.h"
#include "splits/split.h"

static const char header[] = "id,occurred_at,type,direction,amount,currency,merchant,category,"
                             "account,account_last4,note,tags,status,source,reference,splits\r\n";

void ledger_csv_header(struct buf *out)
{
    buf_add(out, header, sizeof header - 1);
}

/* What is ours needs no look at each byte. Returns the end of what was written. */
static char *put_plain(char *at, const char *text)
{
    size_t len = strlen(text);
    memcpy(at, text, len);
    at[len] = ',';
    return at + len + 1;
}

static void add_text(struct buf *out, const char *text)
{
    if (text != NULL)
        csv_add_text(out, text);
    buf_add(out, ",", 1);
}

static void join_tag(struct buf *out, const char *tag)
{
    if (out->len > 0)
        buf_add(out, ";", 1);
    for (; *tag != '\0'; tag++) {
        if (*tag == ';' || *tag == '\\')
            buf_add(out, "\\", 1);
        buf_add(out, tag, 1);
    }
}

static void add_tags(struct buf *out, const char *text)
{
    if (text == NULL) {
        buf_add(out, ",", 1);
        return;
    }
    scoped(json_drop) json_t *tags = NULL;
    struct buf joined = {0};
    struct err err;
    if (!json_parse(text, strlen(text), &tags, &err))
        panic("tags: %s", err.text);
    for (size_t i = 0; i < json_array_size(tags); i++)
        join_tag(&joined, json_string_value(json_array_get(tags, i)));
    add_text(out, joined.data);
    buf_fini(&joined);
}

static void add_splits(struct buf *out, const struct ledger_row *row)
{
    struct err err;
    scoped(json_drop) json_t *stored = NULL;
    if (!json_parse(row->splits, strlen(row->splits), &stored, &err))
        panic("splits: %s", err.text);
    scoped(json_drop) json_t *lines = splits_to_input(stored, row->amount.currency);
    scoped(str_drop) char *text = json_text(lines);
    csv_add(out, text);
}

void ledger_csv_row(struct buf *out, const struct ledger_row *row)
{
    /* The longest type, direction, status and source have 12 bytes. */
    char begin[UUID_SIZE + TIMEFMT_SIZE + MONEY_SIZE + CURRENCY_SIZE + 64];
    char text[MONEY_SIZE > TIMEFMT_SIZE ? MONEY_SIZE : TIMEFMT_SIZE];
    char *at = put_plain(begin, row->id);
    timefmt_format(row->occurred_us, text);
    at = put_plain(at, text);
    at = put_plain(at, row->type);
    at = put_plain(at, row->direction);
    money_format(&row->amount, text);
    at = put_plain(at, text);
    at = put_plain(at, row->amount.currency);
    buf_add(out, begin, (size_t)(at - begin));
    add_text(out, row->merchant);
    add_text(out, row->category);
    add_text(out, row->account);
    add_text(out, row->last4);
    add_text(out, row->note);
    add_tags(out, row->tags);
    at = put_plain(put_plain(begin, row->status), row->source);
    buf_add(out, begin, (size_t)(at - begin));
    add_text(out, row->reference);
    if (row->splits != NULL)
        add_splits(out, row);
    buf_add(out, "\r\n", 2);
}
