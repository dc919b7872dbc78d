#include "imports/layout.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

const char *const import_column_names[] = {
    "date",     "time",      "amount",  "debit",         "credit", "direction", "currency",
    "merchant", "category",  "account", "account_last4", "note",   "tags",      "type",
    "status",   "reference", "id",      "splits",        NULL};
static const char *const order_names[] = {"ymd", "dmy", "mdy", NULL};
static const char *const sign_names[] = {"negative_is_debit", "positive_is_debit", NULL};
static const char *const decimal_names[] = {".", ",", NULL};
static const char *const delimiter_names[] = {",", ";", "\t", "|", NULL};

void layout_of_ofx(struct layout *out)
{
    *out = (struct layout){.delimiter = ',', .decimal = '.', .date_sure = true};
    for (int i = 0; i < IMPORT_COLUMNS; i++)
        out->columns[i] = i;
}

json_t *layout_to_json(const struct layout *layout)
{
    char delimiter[] = {layout->delimiter, '\0'}, decimal[] = {layout->decimal, '\0'};
    json_t *columns = json_object();
    for (int i = 0; i < IMPORT_COLUMNS; i++)
        if (layout->columns[i] >= 0)
            json_object_set_new(columns, import_column_names[i],
                                json_integer(layout->columns[i] + 1));
    return json_pack("{s:s, s:b, s:o, s:s, s:b, s:s, s:s, s:o, s:o}", "delimiter", delimiter,
                     "header", layout->header, "columns", columns, "date_order",
                     order_names[layout->date_order], "date_ambiguous", !layout->date_sure,
                     "decimal", decimal, "sign", sign_names[layout->sign], "currency",
                     layout->currency[0] != '\0' ? json_string(layout->currency) : json_null(),
                     "account_id",
                     layout->account_id[0] != '\0' ? json_string(layout->account_id) : json_null());
}

static size_t index_of(const char *const names[], const char *name)
{
    size_t i = 0;
    while (names[i] != NULL && (name == NULL || strcmp(names[i], name) != 0))
        i++;
    return names[i] != NULL ? i : 0;
}

static void copy_text(const json_t *json, const char *name, char *out, size_t size)
{
    const char *text = json_string_value(json_object_get(json, name));
    snprintf(out, size, "%s", text != NULL ? text : "");
}

static const char *text_at(const json_t *json, const char *name)
{
    return json_string_value(json_object_get(json, name));
}

void layout_from_json(const json_t *json, struct layout *out)
{
    const json_t *columns = json_object_get(json, "columns");
    *out = (struct layout){
        .delimiter = delimiter_names[index_of(delimiter_names, text_at(json, "delimiter"))][0],
        .header = json_is_true(json_object_get(json, "header")),
        .date_order = (enum date_order)index_of(order_names, text_at(json, "date_order")),
        .date_sure = !json_is_true(json_object_get(json, "date_ambiguous")),
        .decimal = decimal_names[index_of(decimal_names, text_at(json, "decimal"))][0],
        .sign = (enum amount_sign)index_of(sign_names, text_at(json, "sign"))};
    for (int i = 0; i < IMPORT_COLUMNS; i++) {
        const json_t *at = json_object_get(columns, import_column_names[i]);
        out->columns[i] = at != NULL ? (int)json_integer_value(at) - 1 : -1;
    }
    copy_text(json, "currency", out->currency, sizeof out->currency);
    copy_text(json, "account_id", out->account_id, sizeof out->account_id);
}

/* Number from 0 of a column that is given by number or name; -1 and an error: there is none. */
static int find_column(const json_t *value, const json_t *headers, const char *pointer,
                       struct fields *fields)
{
    const char *name = json_string_value(value);
    json_int_t number = json_integer_value(value);
    if (json_is_integer(value) && number >= 1 && number <= CSV_CELLS_MAX)
        return (int)number - 1;
    for (size_t i = 0; name != NULL && i < json_array_size(headers); i++)
        if (strcmp(name, json_string_value(json_array_get(headers, i))) == 0)
            return (int)i;
    field_error(fields, pointer, "column_unknown",
                "must be the name of a column of the file, or its number from 1");
    return -1;
}

static void patch_columns(const json_t *patch, const json_t *headers, struct layout *layout,
                          struct fields *fields)
{
    const json_t *columns = NULL;
    struct json_reader reader = {.object = patch, .prefix = "/layout", .fields = fields};
    if (!json_read_object(&reader, "columns", JSON_OPTIONAL, &columns))
        return;
    struct json_reader inner = {.object = columns, .prefix = "/layout/columns", .fields = fields};
    json_read_known(&inner, import_column_names);
    for (int i = 0; i < IMPORT_COLUMNS; i++) {
        const json_t *value = json_object_get(columns, import_column_names[i]);
        char pointer[64];
        snprintf(pointer, sizeof pointer, "/layout/columns/%s", import_column_names[i]);
        if (json_is_null(value))
            layout->columns[i] = -1;
        else if (value != NULL)
            layout->columns[i] = find_column(value, headers, pointer, fields);
    }
}

void layout_patch(const json_t *patch, const json_t *headers, struct layout *layout,
                  struct fields *fields)
{
    static const char *const known[] = {"delimiter",  "header",     "columns",
                                        "date_order", "decimal",    "sign",
                                        "currency",   "account_id", NULL};
    struct json_reader reader = {.object = patch, .prefix = "/layout", .fields = fields};
    const char *text;
    size_t index;
    json_read_known(&reader, known);
    patch_columns(patch, headers, layout, fields);
    json_read_bool(&reader, "header", JSON_OPTIONAL, &layout->header);
    if (json_read_enum(&reader, "delimiter", JSON_OPTIONAL, delimiter_names, &index))
        layout->delimiter = delimiter_names[index][0];
    if (json_read_enum(&reader, "decimal", JSON_OPTIONAL, decimal_names, &index))
        layout->decimal = decimal_names[index][0];
    if (json_read_enum(&reader, "sign", JSON_OPTIONAL, sign_names, &index))
        layout->sign = (enum amount_sign)index;
    if (json_read_enum(&reader, "date_order", JSON_OPTIONAL, order_names, &index)) {
        layout->date_order = (enum date_order)index;
        layout->date_sure = true;
    }
    if (json_is_null(json_object_get(patch, "currency")))
        layout->currency[0] = '\0';
    if (json_read_str(&reader, "currency", JSON_OPTIONAL, 3, 3, &text)) {
        if (currency_exponent(text) < 0)
            field_error(fields, "/layout/currency", "currency_unknown",
                        "must be a code of ISO 4217");
        else
            memcpy(layout->currency, text, CURRENCY_SIZE);
    }
    if (json_is_null(json_object_get(patch, "account_id")))
        layout->account_id[0] = '\0';
    if (json_read_uuid(&reader, "account_id", JSON_OPTIONAL, &text))
        snprintf(layout->account_id, sizeof layout->account_id, "%s", text);
}
