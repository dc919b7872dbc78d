#include "base/json_util.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"
#include "base/timefmt.h"
#include "base/uuid.h"

enum { FIELD_ERRORS_MAX = 100, NESTING_MAX = 64, POINTER_MAX = 200 };

void json_drop(json_t **json)
{
    json_decref(*json);
    *json = NULL;
}

void field_error(struct fields *fields, const char *pointer, const char *code, const char *detail)
{
    if (fields->errors == NULL)
        fields->errors = json_array();
    if (json_array_size(fields->errors) >= FIELD_ERRORS_MAX)
        return;
    json_t *row = json_pack("{s:s, s:s, s:s*}", "pointer", pointer, "code", code, "detail", detail);
    if (row ==
        NULL) /* a pointer made of a name that is not UTF-8 cannot be: json_parse refused it */
        panic("field error %s", code);
    json_array_append_new(fields->errors, row);
}

void field_malformed(struct fields *fields, const char *pointer, const char *code,
                     const char *detail)
{
    field_error(fields, pointer, code, detail);
    fields->malformed = true;
}

bool fields_ok(const struct fields *fields)
{
    return fields->errors == NULL;
}

void fields_fini(struct fields *fields)
{
    json_drop(&fields->errors);
}

bool fields_check(const struct fields *fields, struct err *err)
{
    if (fields_ok(fields))
        return true;
    size_t count = json_array_size(fields->errors);
    return err_set_name(err, fields->malformed ? ERR_MALFORMED : ERR_INVALID, "invalid_fields",
                        "%zu field%s not valid", count, count == 1 ? " is" : "s are");
}

/* jansson stops at 2048 levels, which later recursive walks need not bear. */
static bool too_deep(const char *text, size_t len)
{
    int depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < len; i++) {
        char c = text[i];
        if (quoted) {
            if (c == '\\')
                i++;
            else if (c == '"')
                quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            if (++depth > NESTING_MAX)
                return true;
        } else if (c == '}' || c == ']') {
            depth--;
        }
    }
    return false;
}

/* In words for people, with nothing of the input in them. */
static const char *why_malformed(const json_error_t *why)
{
    switch (json_error_code(why)) {
    case json_error_invalid_utf8:
        return "bytes that are not UTF-8";
    case json_error_premature_end_of_input:
        return "the text ends too early";
    case json_error_end_of_input_expected:
        return "more text after the value";
    case json_error_duplicate_key:
        return "a name that is there twice";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a NUL character";
    case json_error_numeric_overflow:
        return "a number out of range";
    default:
        return "wrong syntax";
    }
}

bool json_parse(const char *text, size_t len, json_t **out, struct err *err)
{
    json_error_t why;
    if (too_deep(text, len))
        return err_set_name(err, ERR_MALFORMED, "json_malformed",
                            "JSON nested deeper than %d levels", NESTING_MAX);
    *out = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &why);
    if (*out != NULL)
        return true;
    /* jansson's own text quotes the input, which may be a person's message: only the place is told.
     */
    return err_set_name(err, ERR_MALFORMED, "json_malformed", "not JSON at line %d, column %d: %s",
                        why.line < 0 ? 1 : why.line, why.column < 0 ? 1 : why.column,
                        why_malformed(&why));
}

char *json_text(const json_t *json)
{
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    if (text == NULL)
        panic("JSON value cannot be written");
    return text;
}

/* Member names come from the client where a field is unknown: escaped as RFC 6901 wants. */
static void complain(const struct json_reader *reader, const char *name, const char *code,
                     const char *detail)
{
    char pointer[POINTER_MAX];
    size_t n = (size_t)snprintf(pointer, sizeof pointer, "%s/", reader->prefix);
    for (; *name != '\0' && n + 6 < sizeof pointer; name++) {
        if (*name == '~' || *name == '/')
            n += (size_t)snprintf(pointer + n, 3, "~%c", *name == '~' ? '0' : '1');
        else
            pointer[n++] = *name;
    }
    /* A name cut inside a UTF-8 sequence would not be valid text. */
    while (*name != '\0' && n > 0 && ((unsigned char)pointer[n - 1] & 0x80))
        n--;
    pointer[n] = '\0';
    field_error(reader->fields, pointer, code, detail);
}

/* The member when it is there and of the type; a null member counts as absent. */
static const json_t *member(const struct json_reader *reader, const char *name, enum json_need need,
                            json_type type, const char *type_detail)
{
    const json_t *value = json_object_get(reader->object, name);
    if (value == NULL || json_is_null(value)) {
        if (need == JSON_REQUIRED)
            complain(reader, name, "required", "must be given");
        return NULL;
    }
    if (json_typeof(value) != type) {
        complain(reader, name, "wrong_type", type_detail);
        return NULL;
    }
    return value;
}

static bool has_control(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f)
            return true;
    }
    return false;
}

bool json_read_str(const struct json_reader *reader, const char *name, enum json_need need,
                   size_t min, size_t max, const char **out)
{
    const json_t *value = member(reader, name, need, JSON_STRING, "must be a string");
    if (value == NULL)
        return false;
    size_t len = json_string_length(value);
    char detail[80];
    if (len < min || len > max) {
        snprintf(detail, sizeof detail, "must be %zu to %zu bytes long", min, max);
        complain(reader, name, len < min ? "too_short" : "too_long", detail);
        return false;
    }
    if (has_control(json_string_value(value), len)) {
        complain(reader, name, "control_character", "must not contain control characters");
        return false;
    }
    *out = json_string_value(value);
    return true;
}

bool json_read_int(const struct json_reader *reader, const char *name, enum json_need need,
                   int64_t min, int64_t max, int64_t *out)
{
    const json_t *value = json_object_get(reader->object, name);
    int64_t number;
    /* 7.0 is an integer, too (JSON Schema, section 6.1.1 of its validation part); up to 2^53
     * exactly one. */
    if (json_is_real(value) && floor(json_real_value(value)) == json_real_value(value) &&
        fabs(json_real_value(value)) <= 9007199254740992.0) {
        number = (int64_t)json_real_value(value);
    } else {
        value = member(reader, name, need, JSON_INTEGER, "must be an integer");
        if (value == NULL)
            return false;
        number = json_integer_value(value);
    }
    if (number < min || number > max) {
        char detail[80];
        snprintf(detail, sizeof detail, "must be from %lld to %lld", (long long)min,
                 (long long)max);
        complain(reader, name, "out_of_range", detail);
        return false;
    }
    *out = number;
    return true;
}

bool json_read_bool(const struct json_reader *reader, const char *name, enum json_need need,
                    bool *out)
{
    const json_t *value = json_object_get(reader->object, name);
    if (json_is_boolean(value)) {
        *out = json_is_true(value);
        return true;
    }
    if (value != NULL && !json_is_null(value))
        complain(reader, name, "wrong_type", "must be true or false");
    else if (need == JSON_REQUIRED)
        complain(reader, name, "required", "must be given");
    return false;
}

bool json_read_time(const struct json_reader *reader, const char *name, enum json_need need,
                    int64_t *out)
{
    const char *text;
    if (!json_read_str(reader, name, need, 1, 64, &text))
        return false;
    if (timefmt_parse(text, out))
        return true;
    complain(reader, name, "time_invalid", "must be an RFC 3339 time such as 2026-03-21T17:49:40Z");
    return false;
}

bool json_read_money(const struct json_reader *reader, const char *name, enum json_need need,
                     struct money *out)
{
    const json_t *object;
    if (!json_read_object(reader, name, need, &object))
        return false;
    char prefix[POINTER_MAX];
    snprintf(prefix, sizeof prefix, "%s/%s", reader->prefix, name);
    struct json_reader inner = {.object = object, .prefix = prefix, .fields = reader->fields};
    json_read_known(&inner, (const char *const[]){"amount", "currency", NULL});
    const char *amount = NULL, *currency = NULL;
    bool both = json_read_str(&inner, "amount", JSON_REQUIRED, 1, 30, &amount);
    both &= json_read_str(&inner, "currency", JSON_REQUIRED, 3, 3, &currency);
    if (!both)
        return false;
    struct err err;
    if (money_parse(amount, currency, out, &err))
        return true;
    bool is_currency = strcmp(err.name, "currency_unknown") == 0;
    complain(&inner, is_currency ? "currency" : "amount", err.name, err.text);
    return false;
}

bool json_read_uuid(const struct json_reader *reader, const char *name, enum json_need need,
                    const char **out)
{
    const char *text;
    if (!json_read_str(reader, name, need, 1, 64, &text))
        return false;
    if (uuid_valid(text)) {
        *out = text;
        return true;
    }
    complain(reader, name, "uuid_invalid", "must be a UUID");
    return false;
}

bool json_read_object(const struct json_reader *reader, const char *name, enum json_need need,
                      const json_t **out)
{
    const json_t *value = member(reader, name, need, JSON_OBJECT, "must be an object");
    if (value == NULL)
        return false;
    *out = value;
    return true;
}

bool json_read_array(const struct json_reader *reader, const char *name, enum json_need need,
                     size_t max, const json_t **out)
{
    const json_t *value = member(reader, name, need, JSON_ARRAY, "must be an array");
    if (value == NULL)
        return false;
    if (json_array_size(value) > max) {
        char detail[60];
        snprintf(detail, sizeof detail, "must have at most %zu items", max);
        complain(reader, name, "too_many", detail);
        return false;
    }
    *out = value;
    return true;
}

bool json_read_enum(const struct json_reader *reader, const char *name, enum json_need need,
                    const char *const names[], size_t *out)
{
    const char *text;
    if (!json_read_str(reader, name, need, 1, 64, &text))
        return false;
    char detail[160] = "must be one of";
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(text, names[i]) == 0) {
            *out = i;
            return true;
        }
        size_t used = strlen(detail);
        snprintf(detail + used, sizeof detail - used, " %s", names[i]);
    }
    complain(reader, name, "not_allowed", detail);
    return false;
}

void json_read_known(const struct json_reader *reader, const char *const names[])
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)reader->object, name, value)
    {
        size_t i = 0;
        while (names[i] != NULL && strcmp(names[i], name) != 0)
            i++;
        if (names[i] == NULL)
            complain(reader, name, "unknown_field", "is not a field of this request");
    }
}

json_t *json_money(const struct money *money)
{
    char amount[MONEY_SIZE];
    money_format(money, amount);
    return json_pack("{s:s, s:s}", "amount", amount, "currency", money->currency);
}

json_t *json_time(int64_t us)
{
    char text[TIMEFMT_SIZE];
    timefmt_format(us, text);
    return json_string(text);
}

void json_set_text(json_t *object, const char *name, const char *text)
{
    if (text != NULL && *text != '\0')
        json_object_set_new(object, name, json_string(text));
}

json_t *json_str_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}
