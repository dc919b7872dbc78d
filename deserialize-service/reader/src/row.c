#include "row.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"

static char *room(struct row *row, size_t more)
{
    if (row->len + more > row->size) {
        row->size = 2 * (row->len + more);
        row->text = xrealloc(row->text, row->size);
    }
    return row->text + row->len;
}

static void put(struct row *row, const char *text, size_t len)
{
    memcpy(room(row, len), text, len);
    row->len += len;
}

static void put_literal(struct row *row, const char *text)
{
    put(row, text, strlen(text));
}

static void put_number(struct row *row, int number)
{
    char text[16], *at = text + sizeof(text);
    unsigned left = number < 0 ? 0U - (unsigned)number : (unsigned)number;

    do
        *--at = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (number < 0)
        *--at = '-';
    put(row, at, (size_t)(text + sizeof(text) - at));
}

/* One character that JSON does not show as it is. */
static size_t escape(char c, char *out)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *known = c != '\0' ? strchr(from, c) : NULL;

    if (known == NULL)
        return (size_t)sprintf(out, "\\u%04X", (unsigned)c);
    out[0] = '\\';
    out[1] = to[known - from];
    return 2;
}

/* "text", and false, with nothing put, when it is not UTF-8. */
static bool put_string(struct row *row, const char *text, size_t len)
{
    char *begin = room(row, 6 * len + 3), *out = begin;

    *out++ = '"';
    for (const char *at = text, *end = text + len; at < end;) {
        unsigned char c = (unsigned char)*at;

        if (c >= ' ' && c < 0x80 && c != '"' && c != '\\') {
            *out++ = *at++;
        } else if (c < 0x80) {
            out += escape(*at++, out);
        } else {
            size_t used = line_utf8_length(at, (size_t)(end - at));

            if (used == 0)
                return false;
            memcpy(out, at, used);
            out += used;
            at += used;
        }
    }
    *out++ = '"';
    row->len += (size_t)(out - begin);
    return true;
}

/* ,"name":"text" of a text that there is */
static void put_text(struct row *row, const char *name, const char *text)
{
    size_t before = row->len;

    if (text == NULL || *text == '\0')
        return;
    put(row, ",\"", 2);
    put_literal(row, name);
    put(row, "\":", 2);
    if (!put_string(row, text, strlen(text)))
        row->len = before;
}

static void put_money(struct row *row, const char *name, const struct reading_money *money)
{
    char text[MONEY_SIZE];

    if (!money->found)
        return;
    reading_money_format(money, text);
    put_text(row, name, text);
}

static void put_payment(struct row *row, const struct reading *reading)
{
    put_money(row, "amount", &reading->amount);
    put_text(row, "currency", reading->amount.money.currency);
    put_money(row, "fee", &reading->fee);
    put_money(row, "balance", &reading->balance);
    put_money(row, "credit_limit", &reading->credit_limit);
    put_money(row, "converted", &reading->converted);
    if (reading->converted.found)
        put_text(row, "converted_currency", reading->converted.money.currency);
    put_text(row, "rate", reading->rate);
    put_text(row, "direction", reading_direction_name(reading->direction));
    put_text(row, "kind", reading_kind_name(reading->kind));
    put_text(row, "channel", reading_channel_name(reading->channel));
    /* As the text calls it; the ledger has the one name of a shop, whatever the bank calls it. */
    bool told = !reading->merchant_from_kind && reading->merchant[0] != '\0' &&
                reading->merchant_told[0] != '\0';
    put_text(row, "merchant", told ? reading->merchant_told : reading->merchant);
    put_text(row, "shop", reading->merchant);
    put_text(row, "merchant_raw", reading->merchant_raw);
    put_text(row, "account", reading->account);
    put_text(row, "second_account", reading->second_account);
    put_text(row, "account_type", reading_account_type_name(reading->account_type));
    put_text(row, "bank", reading->bank);
    put_text(row, "reference", reading->reference);
    if (reading->occurred_at != 0) {
        char when[TIMEFMT_SIZE];

        timefmt_format(reading->occurred_at, when);
        put_text(row, "occurred_at", when);
    }
}

/* Spans of a text that was cut in the middle of a character are no text. */
static bool put_span(struct row *row, const char *message, struct reading_span span)
{
    return put_string(row, message + span.start, (size_t)(span.end - span.start));
}

static void put_fields(struct row *row, const char *message, const struct reading *reading)
{
    const char *comma = "";

    put_literal(row, ",\"fields\":{");
    for (int field = 0; field < READING_FIELDS; field++) {
        struct reading_span span = reading->spans[field];

        if (reading->sure[field] == 0)
            continue;
        put_literal(row, comma);
        put_literal(row, "\"");
        put_literal(row, reading_field_name((enum reading_field)field));
        put_literal(row, "\":{\"sure\":");
        put_number(row, reading->sure[field]);
        if (span.end > span.start) {
            size_t before = row->len;

            put_literal(row, ",\"text\":");
            if (!put_span(row, message, span))
                row->len = before;
        }
        put_literal(row, "}");
        comma = ",";
    }
    put_literal(row, "}");
}

static void put_candidates(struct row *row, const char *message, const struct explanation *why)
{
    const char *comma = "";

    put_literal(row, ",\"candidates\":[");
    for (int i = 0; i < why->count; i++) {
        const struct candidate *candidate = &why->candidates[i];
        size_t before = row->len;

        put_literal(row, comma);
        put_literal(row, "{\"field\":\"");
        put_literal(row, reading_field_name(candidate->field));
        put_literal(row, "\",\"text\":");
        if (!put_span(row, message, candidate->span)) {
            row->len = before;
            continue;
        }
        comma = ",";
        put_literal(row, ",\"start\":");
        put_number(row, candidate->span.start);
        put_literal(row, ",\"end\":");
        put_number(row, candidate->span.end);
        put_literal(row, ",\"score\":");
        put_number(row, candidate->score);
        put_literal(row, candidate->chosen ? ",\"chosen\":true" : ",\"chosen\":false");
        put_text(row, "means", candidate->means);
        put_literal(row, "}");
    }
    put_literal(row, "]");
}

void row_write(struct row *row, const struct line *line, const struct reading *reading,
               const struct explanation *why)
{
    bool transaction = reading->class == READING_TRANSACTION;

    row->len = 0;
    put_literal(row, "{");
    if (line->id != NULL) {
        put_literal(row, "\"id\":");
        put(row, line->id, line->id_len);
        put_literal(row, ",");
    }
    put_literal(row, transaction ? "\"transaction\":true" : "\"transaction\":false");
    put_text(row, "class", reading_class_name(reading->class));
    put_literal(row, ",\"confidence\":");
    put_number(row, reading->confidence);
    if (transaction)
        put_payment(row, reading);
    else
        put_text(row, "reason", reading_reason(reading));
    if (why != NULL) {
        put_fields(row, line->message, reading);
        put_candidates(row, line->message, why);
    }
    put_literal(row, "}");
}
