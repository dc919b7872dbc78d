/* parse - one message a line in, what the reader makes of it a line out.
 *   in:  {"id", "sender", "message", "utc_offset_s"?, "default_currency"?, "received_at"?}
 *   out: {"id", "transaction", "class", "reason"?, fields…, "confidence"}
 * received_at is RFC 3339. A line that is no such object gets {"error"}; the others are still read,
 * and the exit status is 1. With --time, the mean time of a reading goes to
 * stderr; with --explain, each row has the candidates of each field with their scores. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "explain.h"

static void set_text(json_t *row, const char *key, const char *value)
{
    if (value != NULL && value[0] != '\0')
        json_object_set_new(row, key, json_string(value));
}

static void set_money(json_t *row, const char *key, const struct reading_money *money)
{
    char text[MONEY_SIZE];

    if (!money->found)
        return;
    reading_money_format(money, text);
    json_object_set_new(row, key, json_string(text));
}

static json_t *row_of(const json_t *id, const struct reading *reading)
{
    json_t *row = json_object();
    bool transaction = reading->class == READING_TRANSACTION;

    json_object_set(row, "id", (json_t *)id);
    json_object_set_new(row, "transaction", json_boolean(transaction));
    set_text(row, "class", reading_class_name(reading->class));
    json_object_set_new(row, "confidence", json_integer(reading->confidence));
    if (!transaction) {
        set_text(row, "reason", reading_reason(reading));
        return row;
    }
    set_money(row, "amount", &reading->amount);
    set_text(row, "currency", reading->amount.money.currency);
    set_money(row, "fee", &reading->fee);
    set_money(row, "balance", &reading->balance);
    set_money(row, "credit_limit", &reading->credit_limit);
    set_money(row, "converted", &reading->converted);
    if (reading->converted.found)
        set_text(row, "converted_currency", reading->converted.money.currency);
    set_text(row, "rate", reading->rate);
    set_text(row, "direction", reading_direction_name(reading->direction));
    set_text(row, "kind", reading_kind_name(reading->kind));
    set_text(row, "channel", reading_channel_name(reading->channel));
    /* As the text calls it; the ledger has the one name of a shop, whatever the bank calls it. */
    bool told = !reading->merchant_from_kind && reading->merchant[0] != '\0' &&
                reading->merchant_told[0] != '\0';
    set_text(row, "merchant", told ? reading->merchant_told : reading->merchant);
    set_text(row, "shop", reading->merchant);
    set_text(row, "merchant_raw", reading->merchant_raw);
    set_text(row, "account", reading->account);
    set_text(row, "second_account", reading->second_account);
    set_text(row, "account_type", reading_account_type_name(reading->account_type));
    set_text(row, "bank", reading->bank);
    set_text(row, "reference", reading->reference);
    if (reading->occurred_at != 0) {
        char when[TIMEFMT_SIZE];

        timefmt_format(reading->occurred_at, when);
        set_text(row, "occurred_at", when);
    }
    return row;
}

/* [{"field", "text", "start", "end", "score", "means"?, "chosen"}] */
static json_t *candidates_of(const char *message, const struct explanation *why)
{
    json_t *all = json_array();

    for (int i = 0; i < why->count; i++) {
        const struct candidate *candidate = &why->candidates[i];
        struct reading_span span = candidate->span;
        json_t *one = json_pack(
            "{s:s, s:s%, s:i, s:i, s:i, s:b}", "field", reading_field_name(candidate->field),
            "text", message + span.start, (size_t)(span.end - span.start), "start", (int)span.start,
            "end", (int)span.end, "score", candidate->score, "chosen", (int)candidate->chosen);

        set_text(one, "means", candidate->means);
        json_array_append_new(all, one);
    }
    return all;
}

/* {field: {"sure", "text"?}} */
static json_t *fields_of(const char *message, const struct reading *reading)
{
    json_t *all = json_object();

    for (int field = 0; field < READING_FIELDS; field++) {
        struct reading_span span = reading->spans[field];
        json_t *one;

        if (reading->sure[field] == 0)
            continue;
        one = json_pack("{s:i}", "sure", (int)reading->sure[field]);
        if (span.end > span.start)
            json_object_set_new(
                one, "text", json_stringn(message + span.start, (size_t)(span.end - span.start)));
        json_object_set_new(all, reading_field_name((enum reading_field)field), one);
    }
    return all;
}

static json_t *read_line(const json_t *line, bool explain, int64_t *spent_us)
{
    const json_t *message = json_object_get(line, "message");
    const char *received = json_string_value(json_object_get(line, "received_at"));
    const char *currency = json_string_value(json_object_get(line, "default_currency"));
    struct reader_input in = {.sender = json_string_value(json_object_get(line, "sender"))};
    struct reading reading;

    if (!json_is_string(message) || (received != NULL && !timefmt_parse(received, &in.received_at)))
        return NULL;
    in.body = json_string_value(message);
    in.body_len = json_string_length(message);
    in.utc_offset_s = (int32_t)json_integer_value(json_object_get(line, "utc_offset_s"));
    if (currency != NULL && strlen(currency) == 3)
        memcpy(in.default_currency, currency, 3);
    int64_t begin = time_mono_us();

    if (explain) {
        struct explanation why;

        reader_explain(&in, &reading, &why);
        json_t *row = row_of(json_object_get(line, "id"), &reading);

        json_object_set_new(row, "fields", fields_of(in.body, &reading));
        json_object_set_new(row, "candidates", candidates_of(in.body, &why));
        return row;
    }
    reader_read(&in, &reading);
    *spent_us += time_mono_us() - begin;
    return row_of(json_object_get(line, "id"), &reading);
}

int main(int argc, char **argv)
{
    char *text = NULL;
    size_t size = 0;
    int64_t spent_us = 0, count = 0;
    bool explain = argc > 1 && strcmp(argv[1], "--explain") == 0;
    int status = 0;

    while (getline(&text, &size, stdin) > 0) {
        json_t *line = json_loads(text, 0, NULL);
        json_t *row = json_is_object(line) ? read_line(line, explain, &spent_us) : NULL;

        if (row == NULL) {
            row = json_pack("{s:s}", "error", "not a message");
            status = 1;
        }
        json_dumpf(row, stdout, JSON_COMPACT);
        putchar('\n');
        json_decref(row);
        json_decref(line);
        count++;
    }
    free(text);
    if (argc > 1 && strcmp(argv[1], "--time") == 0 && count > 0)
        fprintf(stderr, "%.1f us a message\n", (double)spent_us / (double)count);
    return status;
}
