#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "expenses/expense.h"

/* Characters of valid UTF-8: bytes that do not go on a sequence. */
static size_t chars(const char *text)
{
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

static bool blank(const char *text)
{
    return text[strspn(text, " \t\r\n")] == '\0';
}

/* Whether the member is there as null, which a merge-patch understands as: remove. */
static bool removed(const struct json_reader *reader, const char *name)
{
    return json_is_null(json_object_get(reader->object, name));
}

/* Fields that an expense cannot be without. */
static void refuse_removal(const struct json_reader *reader)
{
    static const char *const needed[] = {"type", "direction", "status", "amount", "occurred_at"};
    for (size_t i = 0; i < LENGTH(needed); i++) {
        char pointer[32];
        snprintf(pointer, sizeof pointer, "/%s", needed[i]);
        if (removed(reader, needed[i]))
            field_error(reader->fields, pointer, "not_removable", "cannot be null");
    }
}

static void read_amount(const struct json_reader *reader, enum json_need need,
                        struct expense_input *out)
{
    if (!json_read_money(reader, "amount", need, &out->amount))
        return;
    if (out->amount.minor <= 0)
        field_error(reader->fields, "/amount/amount", "not_positive", "must be above zero");
    else
        out->given |= FIELD_AMOUNT;
}

static void read_note(const struct json_reader *reader, struct expense_input *out)
{
    const char *note = "";
    if (!removed(reader, "note") &&
        !json_read_str(reader, "note", JSON_OPTIONAL, 0, 4 * NOTE_CHARS_MAX, &note))
        return;
    if (chars(note) > NOTE_CHARS_MAX) {
        field_error(reader->fields, "/note", "too_long", "must be at most 2000 characters long");
        return;
    }
    out->note = note;
    out->given |= FIELD_NOTE;
}

static bool tag_ok(const json_t *tag)
{
    const char *text = json_string_value(tag);
    if (text == NULL || blank(text) || chars(text) > TAG_CHARS_MAX)
        return false;
    for (; *text != '\0'; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            return false;
    return true;
}

static void read_tags(const struct json_reader *reader, struct expense_input *out)
{
    const json_t *tags = NULL;
    if (!removed(reader, "tags") &&
        !json_read_array(reader, "tags", JSON_OPTIONAL, TAGS_MAX, &tags))
        return;
    bool ok = true;
    for (size_t i = 0; i < json_array_size(tags); i++) {
        char pointer[32];
        snprintf(pointer, sizeof pointer, "/tags/%zu", i);
        bool repeated = false;
        for (size_t k = 0; k < i; k++)
            repeated |= json_equal(json_array_get(tags, i), json_array_get(tags, k));
        if (!tag_ok(json_array_get(tags, i)))
            field_error(reader->fields, pointer, "tag_invalid",
                        "must be 1 to 50 characters without control characters");
        else if (repeated)
            field_error(reader->fields, pointer, "repeated", "is there already");
        else
            continue;
        ok = false;
    }
    if (!ok)
        return;
    out->tags = tags;
    out->given |= FIELD_TAGS;
}

void ref_input_read(const struct json_reader *reader, const char *name, size_t max_name,
                    struct ref_input *out)
{
    const json_t *value = json_object_get(reader->object, name);
    if (json_is_null(value))
        out->kind = REF_NONE;
    if (value == NULL || json_is_null(value))
        return;
    if (json_is_string(value) && max_name > 0) {
        if (!json_read_str(reader, name, JSON_OPTIONAL, 1, max_name, &out->value))
            return;
        if (!blank(out->value)) {
            out->kind = REF_NAME;
            return;
        }
    } else if (json_is_object(value)) {
        char prefix[64];
        snprintf(prefix, sizeof prefix, "%s/%s", reader->prefix, name);
        struct json_reader inner = {.object = value, .prefix = prefix, .fields = reader->fields};
        /* What a GET answered may be sent back: the other members are what the id stands for. */
        json_read_known(&inner, (const char *const[]){"id", "name", "last4", NULL});
        if (json_read_uuid(&inner, "id", JSON_REQUIRED, &out->value))
            out->kind = REF_ID;
        return;
    }
    char pointer[64];
    snprintf(pointer, sizeof pointer, "%s/%s", reader->prefix, name);
    field_error(reader->fields, pointer, "wrong_type",
                max_name > 0 ? "must be a name or an object with an id"
                             : "must be an object with an id");
}

void expense_input_read(const json_t *body, enum expense_input_kind kind, struct expense_input *out,
                        struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    size_t index;
    *out = (struct expense_input){.note = ""};
    json_read_known(&reader,
                    (const char *const[]){"type", "direction", "status", "amount", "occurred_at",
                                          "merchant", "category", "account", "note", "tags", NULL});
    if (kind == INPUT_PATCH)
        refuse_removal(&reader);
    read_amount(&reader, kind == INPUT_CREATE ? JSON_REQUIRED : JSON_OPTIONAL, out);
    if (json_read_enum(&reader, "type", JSON_OPTIONAL, expense_type_names, &index)) {
        out->type = (enum expense_type)index;
        out->given |= FIELD_TYPE;
    }
    if (json_read_enum(&reader, "direction", JSON_OPTIONAL, expense_direction_names, &index)) {
        out->direction = (enum expense_direction)index;
        out->given |= FIELD_DIRECTION;
    }
    if (json_read_enum(&reader, "status", JSON_OPTIONAL, expense_status_names, &index)) {
        out->status = (enum expense_status)index;
        out->given |= FIELD_STATUS;
    }
    if (json_read_time(&reader, "occurred_at", JSON_OPTIONAL, &out->occurred_us))
        out->given |= FIELD_OCCURRED_AT;
    ref_input_read(&reader, "merchant", MERCHANT_BYTES_MAX, &out->merchant);
    ref_input_read(&reader, "category", CATEGORY_BYTES_MAX, &out->category);
    ref_input_read(&reader, "account", 0, &out->account);
    read_note(&reader, out);
    read_tags(&reader, out);
}
