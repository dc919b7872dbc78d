#include "categories/category.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

static const char *or_null(const char *text)
{
    return text[0] != '\0' ? text : NULL;
}

/* Lower case, as it is stored, whatever it came as. */
static json_t *colour_json(const char *colour)
{
    char text[8] = "";

    for (size_t i = 0; i + 1 < sizeof(text) && colour[i] != '\0'; i++)
        text[i] = (char)tolower((unsigned char)colour[i]);
    return json_str_or_null(or_null(text));
}

json_t *category_to_json(const struct category *category)
{
    json_t *json = json_pack(
        "{s:s, s:o, s:o, s:s, s:o, s:o, s:I}", "id", category->id, "parent_id",
        json_str_or_null(category->parent_id), "key", json_str_or_null(category->key), "name",
        category->name, "icon", json_str_or_null(or_null(category->icon)), "colour",
        colour_json(category->colour), "position", (json_int_t)category->position);
    if (json == NULL)
        panic("category cannot be written as JSON");
    return json;
}

static bool is_removed(const struct json_reader *reader, const char *name)
{
    return json_is_null(json_object_get(reader->object, name));
}

/* #rrggbb, kept in lower case by the database. */
static bool colour_ok(const char *text)
{
    return text[0] == '#' && strlen(text) == 7 && strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static void read_name(const struct json_reader *reader, enum category_input_kind kind,
                      struct category *out, unsigned *given)
{
    enum json_need need = kind == CATEGORY_CREATE ? JSON_REQUIRED : JSON_OPTIONAL;
    if (kind == CATEGORY_PATCH && is_removed(reader, "name"))
        field_error(reader->fields, "/name", "required", "cannot be removed");
    else if (!json_read_str(reader, "name", need, 1, CATEGORY_NAME_BYTES_MAX, &out->name))
        return;
    else if (out->name[strspn(out->name, " \t\r\n")] == '\0')
        field_error(reader->fields, "/name", "blank", "must not be blank");
    else
        *given |= CATEGORY_NAME;
}

static void read_looks(const struct json_reader *reader, struct category *out, unsigned *given)
{
    if (is_removed(reader, "icon") ||
        json_read_str(reader, "icon", JSON_OPTIONAL, 1, CATEGORY_ICON_BYTES_MAX, &out->icon))
        *given |= CATEGORY_ICON;
    if (is_removed(reader, "colour"))
        *given |= CATEGORY_COLOUR;
    else if (json_read_str(reader, "colour", JSON_OPTIONAL, 1, 30, &out->colour)) {
        if (colour_ok(out->colour))
            *given |= CATEGORY_COLOUR;
        else
            field_error(reader->fields, "/colour", "colour_invalid", "must be #rrggbb");
    }
}

void category_read(const json_t *body, enum category_input_kind kind, struct category *out,
                   unsigned *given, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    *out = (struct category){.name = "", .icon = "", .colour = ""};
    *given = 0;
    json_read_known(&reader,
                    (const char *const[]){"name", "parent_id", "icon", "colour", "position", NULL});
    read_name(&reader, kind, out, given);
    if (is_removed(&reader, "parent_id") ||
        json_read_uuid(&reader, "parent_id", JSON_OPTIONAL, &out->parent_id))
        *given |= CATEGORY_PARENT;
    read_looks(&reader, out, given);
    if (is_removed(&reader, "position"))
        field_error(fields, "/position", "required", "cannot be removed");
    else if (json_read_int(&reader, "position", JSON_OPTIONAL, 0, CATEGORY_POSITION_MAX,
                           &out->position))
        *given |= CATEGORY_POSITION;
}

void category_tree_fini(struct category_tree *tree)
{
    free(tree->rows);
}

const struct category *category_find(const struct category_tree *tree, const char *id)
{
    for (size_t i = 0; id != NULL && i < tree->count; i++)
        if (strcasecmp(tree->rows[i].id, id) == 0)
            return &tree->rows[i];
    return NULL;
}

/* Levels from the top to this one. The tree has no cycles; the bound holds even if it had. */
static size_t depth_of(const struct category_tree *tree, const struct category *category)
{
    size_t depth = 0;
    for (; category != NULL && depth <= tree->count; depth++)
        category = category_find(tree, category->parent_id);
    return depth;
}

static bool is_within(const struct category_tree *tree, const struct category *category,
                      const char *id)
{
    for (size_t i = 0; category != NULL && i <= tree->count; i++) {
        if (strcasecmp(category->id, id) == 0)
            return true;
        category = category_find(tree, category->parent_id);
    }
    return false;
}

/* Levels of the category and all that is below it. */
static size_t height_of(const struct category_tree *tree, const char *id)
{
    const struct category *top = category_find(tree, id);
    size_t above = depth_of(tree, top), deepest = above;
    for (size_t i = 0; top != NULL && i < tree->count; i++) {
        size_t depth = depth_of(tree, &tree->rows[i]);
        if (depth > deepest && is_within(tree, &tree->rows[i], id))
            deepest = depth;
    }
    return deepest - above + 1;
}

bool category_may_be_below(const struct category_tree *tree, const char *id, const char *parent_id,
                           struct fields *fields)
{
    const struct category *parent = category_find(tree, parent_id);
    if (parent_id == NULL)
        return true;
    if (parent == NULL)
        field_error(fields, "/parent_id", "category_unknown", "is not one of yours");
    else if (id != NULL && is_within(tree, parent, id))
        field_error(fields, "/parent_id", "category_cycle", "is the category itself or below it");
    else if (depth_of(tree, parent) + height_of(tree, id) > CATEGORY_DEPTH_MAX)
        field_error(fields, "/parent_id", "too_deep", "the tree may have 6 levels");
    else
        return true;
    return false;
}
