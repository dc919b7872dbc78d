#include "merchants/merchant.h"

#include <string.h>

#include "base/mem.h"

static void read_name(const struct json_reader *reader, enum json_need need, const char **name)
{
    if (json_read_str(reader, "name", need, 1, MERCHANT_BYTES_MAX, name) &&
        (*name)[strspn(*name, " \t\r\n")] == '\0')
        field_error(reader->fields, "/name", "blank", "must not be blank");
}

void merchant_read(const json_t *body, struct merchant_input *out, struct fields *fields)
{
    static const char *const reaches[] = {"future", "all", NULL};
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    size_t reach = 0;
    *out = (struct merchant_input){0};
    json_read_known(&reader, (const char *const[]){"name", "category", "apply_to", NULL});
    if (json_is_null(json_object_get(body, "name")))
        field_error(fields, "/name", "not_removable", "cannot be null");
    read_name(&reader, JSON_OPTIONAL, &out->name);
    ref_input_read(&reader, "category", CATEGORY_BYTES_MAX, &out->category);
    json_read_enum(&reader, "apply_to", JSON_OPTIONAL, reaches, &reach);
    out->apply_to_all = reach == 1;
    if (out->apply_to_all && out->category.kind != REF_ID && out->category.kind != REF_NAME)
        field_error(fields, "/apply_to", "needs_category", "goes with a category");
}

void merchant_read_alias(const json_t *body, const char **name, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    *name = "";
    json_read_known(&reader, (const char *const[]){"name", NULL});
    read_name(&reader, JSON_REQUIRED, name);
}

enum lesson merchant_lesson(const struct known_category *known, const char *category_id)
{
    if (known->category_id == NULL)
        return LESSON_LEARN;
    if (!known->learned)
        return LESSON_NONE;
    if (strcmp(known->category_id, category_id) == 0)
        return known->conflict_id != NULL ? LESSON_SETTLE : LESSON_NONE;
    if (known->conflict_id != NULL && strcmp(known->conflict_id, category_id) == 0)
        return LESSON_SETTLE;
    return LESSON_CONFLICT;
}
