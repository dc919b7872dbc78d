#include "rules/rule.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "rules/condition.h"

void rule_fini(struct rule *rule)
{
    json_drop(&rule->conditions);
    json_drop(&rule->actions);
}

static void read_tags(const struct json_reader *reader, const char *name)
{
    const json_t *tags = NULL;
    if (!json_read_array(reader, name, JSON_OPTIONAL, TAGS_MAX, &tags))
        return;
    for (size_t i = 0; i < json_array_size(tags); i++) {
        const char *text = json_string_value(json_array_get(tags, i));
        char pointer[64];
        snprintf(pointer, sizeof pointer, "%s/%s/%zu", reader->prefix, name, i);
        if (text == NULL || *text == '\0' || strlen(text) > TAG_CHARS_MAX)
            field_error(reader->fields, pointer, "tag_invalid", "must be 1 to 50 bytes");
    }
}

static void check_actions(const json_t *actions, struct fields *fields)
{
    struct json_reader reader = {.object = actions, .prefix = "/actions", .fields = fields};
    struct ref_input category = {0}, merchant = {0};
    const char *note;
    size_t status;
    json_read_known(&reader, (const char *const[]){"category", "merchant", "note", "status",
                                                   "add_tags", "remove_tags", NULL});
    if (json_object_size(actions) == 0)
        field_error(fields, "/actions", "empty", "must do something");
    ref_input_read(&reader, "category", 0, &category);
    ref_input_read(&reader, "merchant", MERCHANT_BYTES_MAX, &merchant);
    if (merchant.kind == REF_ID)
        field_error(fields, "/actions/merchant", "wrong_type", "must be a name");
    json_read_str(&reader, "note", JSON_OPTIONAL, 1, NOTE_CHARS_MAX, &note);
    json_read_enum(&reader, "status", JSON_OPTIONAL, expense_status_names, &status);
    read_tags(&reader, "add_tags");
    read_tags(&reader, "remove_tags");
}

static void read_conditions(const struct json_reader *reader, enum json_need need,
                            struct rule *rule)
{
    const json_t *conditions;
    bool match_all = false;
    json_read_bool(reader, "match_all", JSON_OPTIONAL, &match_all);
    if (!json_read_object(reader, "conditions", need, &conditions))
        return;
    json_drop(&rule->conditions);
    rule->conditions = json_deep_copy(conditions);
    if (json_object_size(conditions) == 0) {
        if (!match_all)
            field_error(reader->fields, "/conditions", "matches_everything",
                        "say match_all: true if every expense is meant");
        return;
    }
    condition_check(conditions, "/conditions", reader->fields);
}

void rule_read(const json_t *body, enum expense_input_kind kind, struct rule *rule,
               struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    enum json_need need = kind == INPUT_CREATE ? JSON_REQUIRED : JSON_OPTIONAL;
    const json_t *actions;
    if (kind == INPUT_CREATE)
        *rule = (struct rule){.name = "", .enabled = true, .position = -1, .version = 1};
    json_read_known(&reader, (const char *const[]){"name", "enabled", "stop", "position",
                                                   "conditions", "actions", "match_all", NULL});
    static const char *const needed[] = {"name",     "enabled",    "stop",
                                         "position", "conditions", "actions"};
    for (size_t i = 0; kind == INPUT_PATCH && i < LENGTH(needed); i++) {
        char pointer[32];
        snprintf(pointer, sizeof pointer, "/%s", needed[i]);
        if (json_is_null(json_object_get(body, needed[i])))
            field_error(fields, pointer, "not_removable", "cannot be null");
    }
    if (json_read_str(&reader, "name", need, 1, RULE_NAME_BYTES, &rule->name) &&
        rule->name[strspn(rule->name, " \t\r\n")] == '\0')
        field_error(fields, "/name", "blank", "must not be blank");
    json_read_bool(&reader, "enabled", JSON_OPTIONAL, &rule->enabled);
    json_read_bool(&reader, "stop", JSON_OPTIONAL, &rule->stop);
    json_read_int(&reader, "position", JSON_OPTIONAL, 0, 1000000, &rule->position);
    read_conditions(&reader, need, rule);
    if (json_read_object(&reader, "actions", need, &actions)) {
        json_drop(&rule->actions);
        rule->actions = json_deep_copy(actions);
        check_actions(actions, fields);
    }
}

void rule_ids(const struct rule *rule,
              void (*see)(void *arg, const char *what, const char *id, const char *pointer),
              void *arg)
{
    const json_t *category = json_object_get(rule->actions, "category");
    const char *id = json_string_value(json_object_get(category, "id"));
    if (id != NULL)
        see(arg, "category", id, "/actions/category");
    condition_ids(rule->conditions, "/conditions", see, arg);
}

json_t *rule_to_json(const struct rule *rule)
{
    return json_pack("{s:s, s:s, s:b, s:b, s:I, s:O, s:O}", "id", rule->id, "name", rule->name,
                     "enabled", rule->enabled, "stop", rule->stop, "position",
                     (json_int_t)rule->position, "conditions", rule->conditions, "actions",
                     rule->actions);
}

bool rule_matches(const json_t *conditions, const struct rule_subject *subject)
{
    return json_object_size(conditions) == 0 || condition_holds(conditions, subject);
}

static bool may(const struct expense *expense, const char *field)
{
    return origin_may_set(expense->origins, field, ORIGIN_RULE);
}

static void set_ref(struct expense *expense, const char *field, const struct ref *was,
                    const struct ref *is, json_t *changed)
{
    bool differs = was->id == NULL || (is->id != NULL && strcmp(was->id, is->id) != 0);
    if (is->id != NULL && differs && may(expense, field))
        expense_apply_ref(expense, field, is, ORIGIN_RULE, changed);
}

static bool has(const json_t *list, const json_t *text)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (json_equal(json_array_get(list, i), text))
            return true;
    return false;
}

static void set_tags(const json_t *actions, struct expense *expense, json_t *changed)
{
    const json_t *add = json_object_get(actions, "add_tags");
    const json_t *drop = json_object_get(actions, "remove_tags");
    scoped(json_drop) json_t *tags = json_array();
    for (size_t i = 0; i < json_array_size(expense->tags); i++)
        if (!has(drop, json_array_get(expense->tags, i)))
            json_array_append(tags, json_array_get(expense->tags, i));
    for (size_t i = 0; i < json_array_size(add) && json_array_size(tags) < TAGS_MAX; i++)
        if (!has(tags, json_array_get(add, i)))
            json_array_append(tags, json_array_get(add, i));
    if (json_equal(tags, expense->tags) || !may(expense, "tags"))
        return;
    json_drop(&expense->tags);
    expense->tags = json_incref(tags);
    expense_mark(expense, "tags", ORIGIN_RULE, changed);
}

void rule_act(const json_t *actions, const struct rule_refs *refs, struct expense *expense,
              json_t *changed)
{
    const char *note = json_string_value(json_object_get(actions, "note"));
    const char *status = json_string_value(json_object_get(actions, "status"));
    set_ref(expense, "category", &expense->category, &refs->category, changed);
    set_ref(expense, "merchant", &expense->merchant, &refs->merchant, changed);
    if (note != NULL && strcmp(note, expense->note) != 0 && may(expense, "note")) {
        expense->note = note;
        expense_mark(expense, "note", ORIGIN_RULE, changed);
    }
    if (status != NULL && strcmp(status, expense_status_names[expense->status]) != 0 &&
        may(expense, "status")) {
        expense->status = strcmp(status, "posted") == 0 ? STATUS_POSTED : STATUS_NEEDS_REVIEW;
        expense_mark(expense, "status", ORIGIN_RULE, changed);
    }
    set_tags(actions, expense, changed);
}
