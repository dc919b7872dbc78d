#include "splits/split.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

static void read_line(const json_t *json, size_t index, const struct money *whole,
                      struct split *out, struct fields *fields)
{
    char prefix[32], pointer[64];
    snprintf(prefix, sizeof prefix, "/splits/%zu", index);
    struct json_reader reader = {.object = json, .prefix = prefix, .fields = fields};
    *out = (struct split){.note = "", .share_of = ""};
    if (!json_is_object(json)) {
        field_error(fields, prefix, "wrong_type", "must be an object");
        return;
    }
    json_read_known(&reader, (const char *const[]){"amount", "category", "note", "share_of", NULL});
    if (json_read_money(&reader, "amount", JSON_REQUIRED, &out->amount)) {
        snprintf(pointer, sizeof pointer, "%s/amount/amount", prefix);
        if (out->amount.minor <= 0)
            field_error(fields, pointer, "not_positive", "must be above zero");
        snprintf(pointer, sizeof pointer, "%s/amount/currency", prefix);
        if (strcmp(out->amount.currency, whole->currency) != 0)
            field_error(fields, pointer, "currency_differs", "must be that of the expense");
    }
    ref_input_read(&reader, "category", CATEGORY_BYTES_MAX, &out->category);
    json_read_str(&reader, "note", JSON_OPTIONAL, 0, 4 * SPLIT_NOTE_CHARS, &out->note);
    json_read_str(&reader, "share_of", JSON_OPTIONAL, 0, SPLIT_NAME_BYTES, &out->share_of);
}

static void check_sum(const struct splits *splits, const struct money *whole, struct fields *fields)
{
    int64_t sum = 0;
    char text[MONEY_SIZE], detail[MONEY_SIZE + 64];
    for (size_t i = 0; i < splits->count; i++)
        sum += splits->lines[i].amount.minor; /* at most 50 times MONEY_MAX */
    if (sum == whole->minor)
        return;
    money_format(whole, text);
    snprintf(detail, sizeof detail, "must add up to %s %s", text, whole->currency);
    field_error(fields, "/splits", "splits_differ", detail);
}

void splits_read(const json_t *body, const struct money *amount, struct splits *out,
                 struct fields *fields)
{
    const json_t *list = NULL;
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    out->count = 0;
    json_read_known(&reader, (const char *const[]){"splits", NULL});
    if (!json_read_array(&reader, "splits", JSON_REQUIRED, SPLITS_MAX, &list))
        return;
    if (json_array_size(list) > 0 && json_array_size(list) < SPLITS_MIN)
        field_error(fields, "/splits", "too_few", "must be at least 2, or none");
    bool ok_before = fields_ok(fields);
    for (; out->count < json_array_size(list); out->count++)
        read_line(json_array_get(list, out->count), out->count, amount, &out->lines[out->count],
                  fields);
    if (out->count > 0 && ok_before && fields_ok(fields))
        check_sum(out, amount, fields);
}

json_t *split_row(const struct split *split, const struct ref *category)
{
    return json_pack("{s:I, s:s?, s:s?, s:s?, s:s?}", "minor", (json_int_t)split->amount.minor,
                     "category_id", category->id, "category_name", category->name, "note",
                     split->note[0] != '\0' ? split->note : NULL, "share_of",
                     split->share_of[0] != '\0' ? split->share_of : NULL);
}

static json_t *line_to_json(const json_t *row, const char *currency)
{
    struct money amount = {.minor = json_integer_value(json_object_get(row, "minor"))};
    const char *id = json_string_value(json_object_get(row, "category_id"));
    memcpy(amount.currency, currency, CURRENCY_SIZE);
    return json_pack("{s:o, s:o, s:O, s:O}", "amount", json_money(&amount), "category",
                     id == NULL ? json_null()
                                : json_pack("{s:s, s:O}", "id", id, "name",
                                            json_object_get(row, "category_name")),
                     "note", json_object_get(row, "note"), "share_of",
                     json_object_get(row, "share_of"));
}

json_t *splits_to_json(const json_t *rows, const char *currency)
{
    json_t *json = json_array();
    for (size_t i = 0; i < json_array_size(rows); i++)
        json_array_append_new(json, line_to_json(json_array_get(rows, i), currency));
    return json;
}

json_t *splits_to_input(const json_t *rows, const char *currency)
{
    json_t *json = json_array();
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const json_t *row = json_array_get(rows, i);
        struct money amount = {.minor = json_integer_value(json_object_get(row, "minor"))};
        json_t *line = json_object();
        memcpy(amount.currency, currency, CURRENCY_SIZE);
        json_object_set_new(line, "amount", json_money(&amount));
        json_set_text(line, "category", json_string_value(json_object_get(row, "category_name")));
        json_set_text(line, "note", json_string_value(json_object_get(row, "note")));
        json_set_text(line, "share_of", json_string_value(json_object_get(row, "share_of")));
        json_array_append_new(json, line);
    }
    return json;
}

bool splits_fit(const json_t *rows, const struct money *amount)
{
    int64_t sum = 0;
    for (size_t i = 0; i < json_array_size(rows); i++)
        sum += json_integer_value(json_object_get(json_array_get(rows, i), "minor"));
    return json_array_size(rows) == 0 || sum == amount->minor;
}
