#include "budgets/budget.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

const char *const budget_scope_names[] = {"all", "category", "tree", "tag", NULL};
const char *const budget_rollover_names[] = {"none", "remaining", "all", NULL};

static bool removed(const struct json_reader *reader, const char *name)
{
    return json_is_null(json_object_get(reader->object, name));
}

static void refuse_removal(const struct json_reader *reader)
{
    static const char *const needed[] = {"name",     "amount",    "scope",     "period",
                                         "rollover", "starts_on", "thresholds"};
    for (size_t i = 0; i < LENGTH(needed); i++) {
        char pointer[32];
        snprintf(pointer, sizeof pointer, "/%s", needed[i]);
        if (removed(reader, needed[i]))
            field_error(reader->fields, pointer, "not_removable", "cannot be null");
    }
}

static void read_day(const struct json_reader *reader, const char *name, int64_t *out)
{
    const char *text;
    char pointer[32];
    if (!json_read_str(reader, name, JSON_OPTIONAL, 1, 10, &text) || day_parse(text, out))
        return;
    snprintf(pointer, sizeof pointer, "/%s", name);
    field_error(reader->fields, pointer, "date_invalid", "must be a date such as 2026-03-21");
}

static void read_thresholds(const struct json_reader *reader, struct budget *budget)
{
    const json_t *list;
    if (!json_read_array(reader, "thresholds", JSON_OPTIONAL, THRESHOLDS_MAX, &list))
        return;
    budget->threshold_count = 0;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        int64_t percent = json_is_integer(item) ? json_integer_value(item) : 0;
        int last = i > 0 ? budget->thresholds[i - 1] : 0;
        char pointer[40];
        snprintf(pointer, sizeof pointer, "/thresholds/%zu", i);
        if (percent < 1 || percent > THRESHOLD_PERCENT_MAX || percent <= last)
            field_error(reader->fields, pointer, "threshold_invalid",
                        "must be whole percents from 1 to 1000, rising");
        budget->thresholds[budget->threshold_count++] = (int)percent;
    }
}

static void read_scope(const struct json_reader *reader, enum expense_input_kind kind,
                       struct budget *budget, struct ref_input *category)
{
    size_t index;
    bool given = json_read_enum(reader, "scope", JSON_OPTIONAL, budget_scope_names, &index);
    if (given)
        budget->scope = (enum budget_scope)index;
    ref_input_read(reader, "category", CATEGORY_BYTES_MAX, category);
    if (removed(reader, "tag"))
        budget->tag = NULL;
    json_read_str(reader, "tag", JSON_OPTIONAL, 1, 4 * TAG_CHARS_MAX, &budget->tag);
    bool of_category = budget->scope == SCOPE_CATEGORY || budget->scope == SCOPE_TREE;
    bool named =
        category->kind == REF_ID || category->kind == REF_NAME ||
        (category->kind == REF_ABSENT && kind == INPUT_PATCH && budget->category.id != NULL);
    if (of_category && !named)
        field_error(reader->fields, "/category", "required", "this scope needs a category");
    if (budget->scope == SCOPE_TAG && budget->tag == NULL)
        field_error(reader->fields, "/tag", "required", "this scope needs a tag");
    if (!of_category && (category->kind == REF_ID || category->kind == REF_NAME))
        field_error(reader->fields, "/category", "not_allowed", "goes with a scope of categories");
    if (budget->scope != SCOPE_TAG && json_is_string(json_object_get(reader->object, "tag")))
        field_error(reader->fields, "/tag", "not_allowed", "goes with the scope tag");
    if (budget->scope != SCOPE_TAG)
        budget->tag = NULL;
    if (!of_category)
        budget->category = (struct ref){0};
}

void budget_read(const json_t *body, enum expense_input_kind kind, int64_t today,
                 struct budget *budget, struct ref_input *category, struct fields *fields)
{
    struct json_reader reader = {.object = body, .prefix = "", .fields = fields};
    enum json_need need = kind == INPUT_CREATE ? JSON_REQUIRED : JSON_OPTIONAL;
    size_t index;
    *category = (struct ref_input){0};
    if (kind == INPUT_CREATE)
        *budget = (struct budget){
            .name = "",
            .period = PERIOD_MONTHLY,
            .starts_on = period_nth(PERIOD_MONTHLY, 0, period_of(PERIOD_MONTHLY, 0, today)).from,
            .ends_on = INT64_MAX,
            .thresholds = {50, 80, 100},
            .threshold_count = 3,
            .version = 1};
    json_read_known(&reader,
                    (const char *const[]){"name", "amount", "scope", "category", "tag", "period",
                                          "rollover", "starts_on", "ends_on", "thresholds", NULL});
    if (kind == INPUT_PATCH)
        refuse_removal(&reader);
    if (json_read_str(&reader, "name", need, 1, BUDGET_NAME_BYTES, &budget->name) &&
        budget->name[strspn(budget->name, " \t\r\n")] == '\0')
        field_error(fields, "/name", "blank", "must not be blank");
    if (json_read_money(&reader, "amount", need, &budget->amount) && budget->amount.minor <= 0)
        field_error(fields, "/amount/amount", "not_positive", "must be above zero");
    read_scope(&reader, kind, budget, category);
    if (json_read_enum(&reader, "period", JSON_OPTIONAL, period_kind_names, &index))
        budget->period = (enum period_kind)index;
    if (json_read_enum(&reader, "rollover", JSON_OPTIONAL, budget_rollover_names, &index))
        budget->rollover = (enum budget_rollover)index;
    read_day(&reader, "starts_on", &budget->starts_on);
    if (removed(&reader, "ends_on"))
        budget->ends_on = INT64_MAX;
    read_day(&reader, "ends_on", &budget->ends_on);
    if (budget->ends_on < budget->starts_on)
        field_error(fields, "/ends_on", "before_start", "must not be before starts_on");
    read_thresholds(&reader, budget);
}

json_t *budget_thresholds(const struct budget *budget)
{
    json_t *list = json_array();
    for (size_t i = 0; i < budget->threshold_count; i++)
        json_array_append_new(list, json_integer(budget->thresholds[i]));
    return list;
}

/* Sums are shown up to this; what a person spends stays far below. */
#define SUM_MAX (INT64_MAX / 4)

static int64_t within(__int128 value, int64_t most)
{
    return value > most ? most : value < -(__int128)most ? -most : (int64_t)value;
}

int64_t budget_carry(const struct budget *budget, const int64_t spent[], size_t count)
{
    __int128 carried = 0;
    for (size_t i = 0; i < count && budget->rollover != ROLLOVER_NONE; i++) {
        carried += (__int128)budget->amount.minor - spent[i];
        if (budget->rollover == ROLLOVER_REMAINING && carried < 0)
            carried = 0;
    }
    return within(carried, SUM_MAX);
}

int64_t budget_percent(const struct budget *budget, const struct budget_state *state)
{
    int64_t whole = budget->amount.minor + state->carried;
    if (state->spent <= 0)
        return 0;
    return whole > 0 ? within((__int128)state->spent * 100 / whole, PERCENT_MAX)
                     : THRESHOLD_PERCENT_MAX;
}

static void set_money(json_t *json, const char *name, int64_t minor, const struct budget *budget)
{
    struct money money = {.minor = minor};
    memcpy(money.currency, budget->amount.currency, CURRENCY_SIZE);
    json_object_set_new(json, name, json_money(&money));
}

json_t *budget_state_json(const struct budget *budget, const struct budget_state *state)
{
    char from[DAY_TEXT_SIZE], to[DAY_TEXT_SIZE];
    int64_t left = within((__int128)budget->amount.minor + state->carried - state->spent, SUM_MAX);
    int64_t days = state->period.to - state->period.from + 1;
    int64_t gone = state->now ? state->today - state->period.from + 1 : days;
    day_text(state->period.from, from);
    day_text(state->period.to, to);
    json_t *json = json_pack("{s:s, s:s}", "from", from, "to", to);
    set_money(json, "spent", state->spent, budget);
    set_money(json, "carried", state->carried, budget);
    set_money(json, "left", left, budget);
    json_object_set_new(json, "percent", json_integer(budget_percent(budget, state)));
    if (state
            ->now) { /* at the pace so far; and what may go each day that is left, today included */
        set_money(json, "projected", within((__int128)state->spent * days / gone, SUM_MAX), budget);
        set_money(json, "left_per_day", left > 0 ? left / (days - gone + 1) : 0, budget);
    }
    return json;
}

json_t *budget_to_json(const struct budget *budget, const struct budget_state *state,
                       json_t *others)
{
    char starts_on[DAY_TEXT_SIZE], ends_on[DAY_TEXT_SIZE];
    day_text(budget->starts_on, starts_on);
    if (budget->ends_on != INT64_MAX)
        day_text(budget->ends_on, ends_on);
    json_t *json =
        json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:s, s:s, s:s, s:o, s:o, s:o}", "id", budget->id,
                  "name", budget->name, "amount", json_money(&budget->amount), "scope",
                  budget_scope_names[budget->scope], "category",
                  budget->category.id == NULL ? json_null()
                                              : json_pack("{s:s, s:s}", "id", budget->category.id,
                                                          "name", budget->category.name),
                  "tag", json_str_or_null(budget->tag), "period", period_kind_names[budget->period],
                  "rollover", budget_rollover_names[budget->rollover], "starts_on", starts_on,
                  "ends_on", json_str_or_null(budget->ends_on != INT64_MAX ? ends_on : NULL),
                  "thresholds", budget_thresholds(budget), "current",
                  state != NULL ? budget_state_json(budget, state) : json_null());
    json_object_set_new(json, "other_currencies", others);
    return json;
}
