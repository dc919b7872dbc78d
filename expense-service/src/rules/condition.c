#include "rules/condition.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/uuid.h"

enum kind { KIND_TEXT, KIND_TAG, KIND_ID, KIND_AMOUNT, KIND_NUMBER };
static const struct {
    const char *name;
    enum kind kind;
} fields_known[] = {
    {"merchant", KIND_TEXT}, {"merchant_raw", KIND_TEXT}, {"note", KIND_TEXT},
    {"tag", KIND_TAG},       {"category", KIND_ID},       {"account", KIND_ID},
    {"amount", KIND_AMOUNT}, {"currency", KIND_TEXT},     {"direction", KIND_TEXT},
    {"type", KIND_TEXT},     {"source", KIND_TEXT},       {"channel", KIND_TEXT},
    {"class", KIND_TEXT},    {"weekday", KIND_NUMBER},    {"day", KIND_NUMBER},
};
static const char *const operators[] = {"is",     "is_not", "contains", "starts_with", "ends_with",
                                        "one_of", "above",  "below",    "exists",      NULL};

static int field_index(const char *name)
{
    for (size_t i = 0; name != NULL && i < LENGTH(fields_known); i++)
        if (strcmp(fields_known[i].name, name) == 0)
            return (int)i;
    return -1;
}

/* The one operator of a leaf; NULL: none, or several. */
static const char *operator_of(const json_t *leaf)
{
    const char *found = NULL;
    for (int i = 0; operators[i] != NULL; i++) {
        if (json_object_get(leaf, operators[i]) == NULL)
            continue;
        if (found != NULL)
            return NULL;
        found = operators[i];
    }
    return found;
}

static bool text_ok(const json_t *value)
{
    const char *text = json_string_value(value);
    return text != NULL && *text != '\0' && strlen(text) <= RULE_TEXT_BYTES;
}

/* {"amount", "currency"} in minor units. */
static bool amount_of(const json_t *value, struct money *out)
{
    struct err err;
    const char *amount = json_string_value(json_object_get(value, "amount"));
    const char *currency = json_string_value(json_object_get(value, "currency"));
    return amount != NULL && currency != NULL && currency_exponent(currency) >= 0 &&
           money_parse(amount, currency, out, &err);
}

static bool value_ok(enum kind kind, const json_t *value)
{
    struct money money;
    switch (kind) {
    case KIND_TEXT:
    case KIND_TAG:
        return text_ok(value);
    case KIND_ID:
        return json_is_string(value) && uuid_valid(json_string_value(value));
    case KIND_AMOUNT:
        return amount_of(value, &money);
    case KIND_NUMBER:
        return json_is_integer(value) && json_integer_value(value) >= 1 &&
               json_integer_value(value) <= 31;
    }
    return false;
}

static bool goes_with(enum kind kind, const char *op)
{
    bool compares = strcmp(op, "above") == 0 || strcmp(op, "below") == 0;
    bool looks_into = strcmp(op, "contains") == 0 || strcmp(op, "starts_with") == 0 ||
                      strcmp(op, "ends_with") == 0;
    if (compares)
        return kind == KIND_AMOUNT || kind == KIND_NUMBER;
    return !looks_into || kind == KIND_TEXT || kind == KIND_TAG;
}

static void check_leaf(const json_t *leaf, const char *pointer, struct fields *fields)
{
    const char *op = operator_of(leaf);
    int index = field_index(json_string_value(json_object_get(leaf, "field")));
    char at[200];
    if (index < 0 || op == NULL || json_object_size(leaf) != 2) {
        field_error(fields, pointer, "condition_invalid",
                    "must be all, any, not, or a field with one operator");
        return;
    }
    const json_t *value = json_object_get(leaf, op);
    enum kind kind = fields_known[index].kind;
    snprintf(at, sizeof at, "%.170s/%s", pointer, op);
    bool ok = goes_with(kind, op);
    if (strcmp(op, "exists") == 0)
        ok = ok && json_is_boolean(value);
    else if (strcmp(op, "one_of") == 0) {
        size_t count = json_array_size(value);
        ok = ok && count >= 1 && count <= RULE_LIST_MAX;
        for (size_t i = 0; i < count; i++)
            ok = ok && value_ok(kind, json_array_get(value, i));
    } else
        ok = ok && value_ok(kind, value);
    if (!ok)
        field_error(fields, at, "value_invalid", "is not a value of this field for this operator");
}

struct check {
    struct fields *fields;
    int left;
};

static void check_node(const json_t *node, const char *pointer, int depth, struct check *check);

static void check_list(const json_t *list, const char *pointer, int depth, struct check *check)
{
    if (!json_is_array(list) || json_array_size(list) == 0)
        field_error(check->fields, pointer, "empty", "must be a list of conditions");
    for (size_t i = 0; i < json_array_size(list) && check->left >= 0; i++) {
        char at[200];
        snprintf(at, sizeof at, "%.170s/%zu", pointer, i);
        check_node(json_array_get(list, i), at, depth + 1, check);
    }
}

static void check_node(const json_t *node, const char *pointer, int depth, struct check *check)
{
    static const char *const lists[] = {"all", "any"};
    char at[200];
    if (--check->left < 0 || depth > RULE_DEPTH_MAX) {
        field_error(check->fields, pointer, "too_many",
                    "a rule has at most 50 conditions, 5 levels deep");
        check->left = -1;
        return;
    }
    for (size_t i = 0; i < LENGTH(lists); i++)
        if (json_object_size(node) == 1 && json_object_get(node, lists[i]) != NULL) {
            snprintf(at, sizeof at, "%.170s/%s", pointer, lists[i]);
            check_list(json_object_get(node, lists[i]), at, depth, check);
            return;
        }
    if (json_object_size(node) == 1 && json_object_get(node, "not") != NULL) {
        snprintf(at, sizeof at, "%.190s/not", pointer);
        check_node(json_object_get(node, "not"), at, depth + 1, check);
        return;
    }
    check_leaf(node, pointer, check->fields);
}

void condition_check(const json_t *condition, const char *pointer, struct fields *fields)
{
    struct check check = {.fields = fields, .left = RULE_CONDITIONS_MAX};
    check_node(condition, pointer, 1, &check);
}

static const char *text_field(const char *field, const struct rule_subject *subject)
{
    const struct expense *expense = subject->expense;
    if (strcmp(field, "merchant") == 0)
        return expense->merchant.name;
    if (strcmp(field, "merchant_raw") == 0)
        return subject->merchant_raw;
    if (strcmp(field, "note") == 0)
        return expense->note[0] != '\0' ? expense->note : NULL;
    if (strcmp(field, "currency") == 0)
        return expense->amount.currency;
    if (strcmp(field, "direction") == 0)
        return expense_direction_names[expense->direction];
    if (strcmp(field, "type") == 0)
        return expense_type_names[expense->type];
    if (strcmp(field, "source") == 0)
        return expense_source_names[expense->source];
    if (strcmp(field, "category") == 0)
        return expense->category.id;
    if (strcmp(field, "account") == 0)
        return expense->account.id;
    return strcmp(field, "channel") == 0 ? subject->channel : subject->class;
}

static bool text_fits(const char *op, const char *text, const char *value)
{
    size_t len = strlen(text), part = strlen(value);
    if (strcmp(op, "contains") == 0)
        return strcasestr(text, value) != NULL;
    if (strcmp(op, "starts_with") == 0)
        return strncasecmp(text, value, part) == 0;
    if (strcmp(op, "ends_with") == 0)
        return len >= part && strcasecmp(text + len - part, value) == 0;
    return strcasecmp(text, value) == 0;
}

static bool number_fits(const char *op, int64_t number, int64_t value)
{
    if (strcmp(op, "above") == 0)
        return number > value;
    return strcmp(op, "below") == 0 ? number < value : number == value;
}

/* One value of a field against one of the condition. */
static bool fits(const char *field, enum kind kind, const char *op, const json_t *value,
                 const struct rule_subject *subject)
{
    const struct expense *expense = subject->expense;
    struct money money;
    if (kind == KIND_TAG) {
        for (size_t i = 0; i < json_array_size(expense->tags); i++)
            if (text_fits(op, json_string_value(json_array_get(expense->tags, i)),
                          json_string_value(value)))
                return true;
        return false;
    }
    if (kind == KIND_AMOUNT) /* of another currency it is not even another amount */
        return amount_of(value, &money) && strcmp(money.currency, expense->amount.currency) == 0 &&
               number_fits(op, expense->amount.minor, money.minor);
    if (kind == KIND_NUMBER)
        return number_fits(op, strcmp(field, "day") == 0 ? subject->day : subject->weekday,
                           json_integer_value(value));
    const char *text = text_field(field, subject);
    return text != NULL && text_fits(op, text, json_string_value(value));
}

static bool is_there(const char *field, enum kind kind, const struct rule_subject *subject)
{
    if (kind == KIND_TAG)
        return json_array_size(subject->expense->tags) > 0;
    return kind == KIND_AMOUNT || kind == KIND_NUMBER || text_field(field, subject) != NULL;
}

static bool leaf_holds(const json_t *leaf, const struct rule_subject *subject)
{
    const char *field = json_string_value(json_object_get(leaf, "field"));
    const char *op = operator_of(leaf);
    int index = field_index(field);
    if (index < 0 || op == NULL)
        return false;
    enum kind kind = fields_known[index].kind;
    const json_t *value = json_object_get(leaf, op);
    if (strcmp(op, "exists") == 0)
        return is_there(field, kind, subject) == json_is_true(value);
    if (strcmp(op, "is_not") == 0)
        return !fits(field, kind, "is", value, subject);
    if (strcmp(op, "one_of") != 0)
        return fits(field, kind, op, value, subject);
    for (size_t i = 0; i < json_array_size(value); i++)
        if (fits(field, kind, "is", json_array_get(value, i), subject))
            return true;
    return false;
}

bool condition_holds(const json_t *condition, const struct rule_subject *subject)
{
    const json_t *all = json_object_get(condition, "all"), *any = json_object_get(condition, "any");
    const json_t *not = json_object_get(condition, "not");
    for (size_t i = 0; i < json_array_size(all); i++)
        if (!condition_holds(json_array_get(all, i), subject))
            return false;
    for (size_t i = 0; i < json_array_size(any); i++)
        if (condition_holds(json_array_get(any, i), subject))
            return true;
    if (all != NULL || any != NULL)
        return all != NULL;
    return not != NULL ? !condition_holds(not, subject) : leaf_holds(condition, subject);
}

static void leaf_ids(const json_t *leaf, const char *pointer,
                     void (*see)(void *arg, const char *what, const char *id, const char *pointer),
                     void *arg)
{
    const char *field = json_string_value(json_object_get(leaf, "field"));
    int index = field_index(field);
    const char *op = operator_of(leaf);
    if (index < 0 || op == NULL || fields_known[index].kind != KIND_ID)
        return;
    const json_t *value = json_object_get(leaf, op);
    if (json_is_string(value))
        see(arg, field, json_string_value(value), pointer);
    for (size_t i = 0; i < json_array_size(value); i++)
        see(arg, field, json_string_value(json_array_get(value, i)), pointer);
}

void condition_ids(const json_t *condition, const char *pointer,
                   void (*see)(void *arg, const char *what, const char *id, const char *pointer),
                   void *arg)
{
    static const char *const lists[] = {"all", "any"};
    char at[200];
    for (size_t i = 0; i < LENGTH(lists); i++) {
        const json_t *list = json_object_get(condition, lists[i]);
        for (size_t k = 0; k < json_array_size(list); k++) {
            snprintf(at, sizeof at, "%.150s/%s/%zu", pointer, lists[i], k);
            condition_ids(json_array_get(list, k), at, see, arg);
        }
    }
    snprintf(at, sizeof at, "%.190s/not", pointer);
    if (json_object_get(condition, "not") != NULL)
        condition_ids(json_object_get(condition, "not"), at, see, arg);
    leaf_ids(condition, pointer, see, arg);
}
