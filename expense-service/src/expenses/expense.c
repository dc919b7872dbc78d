#include "expenses/expense.h"

#include <string.h>

#include "base/mem.h"
#include "splits/split.h"

const char *const expense_type_names[] = {"expense", "income", "transfer", "refund", NULL};
const char *const expense_direction_names[] = {"debit", "credit", NULL};
const char *const expense_status_names[] = {"posted", "needs_review", NULL};
const char *const expense_source_names[] = {"manual", "message", "import", NULL};

void expense_fini(struct expense *expense)
{
    json_drop(&expense->tags);
    json_drop(&expense->origins);
    json_drop(&expense->splits);
}

/* Digit n from the right, before the point; below 0 the first one behind it. */
static int digit_at(const char *number, size_t whole, int n)
{
    if (n < 0)
        return number[whole] == '.' ? number[whole + 1] - '0' : 0;
    return (size_t)n < whole ? number[whole - 1 - (size_t)n] - '0' : 0;
}

void expense_base_read(const char *text, struct expense *expense)
{
    expense->base = (struct money){0};
    if (text == NULL)
        return;
    char currency[CURRENCY_SIZE] = {text[0], text[1], text[2]};
    const char *number = text + CURRENCY_SIZE;
    size_t whole = strspn(number, "0123456789");
    int exponent = currency_exponent(currency), drop = 3 - exponent; /* digits below the unit */
    if (exponent < 0 || whole > 19)
        return;
    __int128 minor = 0;
    for (size_t i = 0; i + (size_t)drop < whole; i++)
        minor = minor * 10 + (number[i] - '0');
    minor += digit_at(number, whole, drop - 1) >= 5;
    if (minor > MONEY_MAX)
        return;
    expense->base.minor = (int64_t)minor;
    memcpy(expense->base.currency, currency, CURRENCY_SIZE);
}

/* A name that is missing is a fault of whoever read it, and no reason to end the daemon. */
static json_t *ref_to_json(const struct ref *ref)
{
    if (ref->id == NULL)
        return json_null();
    return json_pack("{s:s, s:s}", "id", ref->id, "name", ref->name != NULL ? ref->name : "");
}

static json_t *account_to_json(const struct expense *expense)
{
    json_t *json = ref_to_json(&expense->account);
    const char *last4 = expense->account_last4;
    if (!json_is_null(json))
        json_object_set_new(json, "last4",
                            json_str_or_null(last4 != NULL && *last4 != '\0' ? last4 : NULL));
    return json;
}

json_t *expense_to_json(const struct expense *expense)
{
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:O, s:o, s:s, s:s, s:O, s:o, s:o}",
        "id", expense->id, "type", expense_type_names[expense->type], "direction",
        expense_direction_names[expense->direction], "amount", json_money(&expense->amount),
        "base_amount", expense->base.currency[0] != '\0' ? json_money(&expense->base) : json_null(),
        "occurred_at", json_time(expense->occurred_us), "merchant", ref_to_json(&expense->merchant),
        "category", ref_to_json(&expense->category), "account", account_to_json(expense), "note",
        json_str_or_null(expense->note[0] != '\0' ? expense->note : NULL), "tags", expense->tags,
        "splits", splits_to_json(expense->splits, expense->amount.currency), "source",
        expense_source_names[expense->source], "status", expense_status_names[expense->status],
        "origins", expense->origins, "created_at", json_time(expense->created_us), "updated_at",
        json_time(expense->updated_us));
    if (json == NULL)
        panic("expense cannot be written as JSON");
    if (expense->message_id != NULL)
        json_object_set_new(json, "message_id", json_string(expense->message_id));
    if (expense->possible_duplicate_of != NULL)
        json_object_set_new(json, "possible_duplicate_of",
                            json_string(expense->possible_duplicate_of));
    if (expense->deleted_us != 0)
        json_object_set_new(json, "deleted_at", json_time(expense->deleted_us));
    return json;
}

json_t *expense_field_json(const struct expense *expense, const char *name)
{
    if (strcmp(name, "merchant") == 0)
        return ref_to_json(&expense->merchant);
    if (strcmp(name, "category") == 0)
        return ref_to_json(&expense->category);
    if (strcmp(name, "note") == 0)
        return json_str_or_null(expense->note[0] != '\0' ? expense->note : NULL);
    if (strcmp(name, "status") == 0)
        return json_string(expense_status_names[expense->status]);
    if (strcmp(name, "tags") == 0)
        return json_incref(expense->tags);
    scoped(json_drop) json_t *all = expense_to_json(expense);
    json_t *value = json_object_get(all, name);
    return value != NULL ? json_incref(value) : json_null();
}

json_t *expense_event_data(const struct expense *expense, const json_t *changed)
{
    json_t *data = json_pack("{s:s, s:s, s:I, s:O, s:o}", "user_id", expense->user_id, "expense_id",
                             expense->id, "version", (json_int_t)expense->version, "changed",
                             changed, "snapshot", expense_to_json(expense));
    if (expense->message_id != NULL)
        json_object_set_new(data, "message_id", json_string(expense->message_id));
    return data;
}

bool expense_direction_fits(enum expense_type type, enum expense_direction direction)
{
    switch (type) {
    case TYPE_EXPENSE:
        return direction == DIRECTION_DEBIT;
    case TYPE_INCOME:
    case TYPE_REFUND:
        return direction == DIRECTION_CREDIT;
    case TYPE_TRANSFER:
        return true;
    }
    panic("expense type %d", type);
}

int64_t expense_amount_milli(const struct money *amount)
{
    int64_t milli = amount->minor;
    for (int i = currency_exponent(amount->currency); i < 3; i++)
        milli *= 10; /* at most MONEY_MAX thousandfold, which int64 holds */
    return milli;
}

void expense_mark(struct expense *expense, const char *field, enum origin by, json_t *changed)
{
    json_object_set_new(expense->origins, field, json_string(origin_names[by]));
    json_object_set_new(changed, field, json_string(origin_names[by]));
}

static void apply_kind(struct expense *expense, const struct expense_input *input, enum origin by,
                       json_t *changed, struct fields *fields)
{
    enum expense_type type = input->given & FIELD_TYPE ? input->type : expense->type;
    enum expense_direction direction =
        input->given & FIELD_DIRECTION ? input->direction : expense->direction;
    if (!expense_direction_fits(type, direction)) {
        if (input->given & FIELD_DIRECTION) {
            field_error(fields, "/direction", "direction_mismatch",
                        "an expense is a debit, income and refunds are credits");
            return;
        }
        direction = type == TYPE_EXPENSE ? DIRECTION_DEBIT : DIRECTION_CREDIT;
    }
    if (input->given & FIELD_TYPE)
        expense_mark(expense, "type", by, changed);
    if (input->given & FIELD_DIRECTION || direction != expense->direction)
        expense_mark(expense, "direction", by, changed);
    expense->type = type;
    expense->direction = direction;
}

void expense_apply_input(struct expense *expense, const struct expense_input *input, enum origin by,
                         json_t *changed, struct fields *fields)
{
    apply_kind(expense, input, by, changed, fields);
    if (input->given & FIELD_STATUS) {
        expense->status = input->status;
        expense_mark(expense, "status", by, changed);
    }
    if (input->given & FIELD_AMOUNT &&
        (!splits_fit(expense->splits, &input->amount) ||
         (expense->splits != NULL &&
          strcmp(expense->amount.currency, input->amount.currency) != 0)))
        field_error(fields, "/amount", "splits_differ",
                    "is not what the splits add up to: change or remove these first");
    else if (input->given & FIELD_AMOUNT) {
        expense->amount = input->amount;
        expense_mark(expense, "amount", by, changed);
    }
    if (input->given & FIELD_OCCURRED_AT) {
        expense->occurred_us = input->occurred_us;
        expense_mark(expense, "occurred_at", by, changed);
    }
    if (input->given & FIELD_NOTE) {
        expense->note = input->note;
        expense_mark(expense, "note", by, changed);
    }
    if (input->given & FIELD_TAGS) {
        json_drop(&expense->tags);
        expense->tags = input->tags != NULL ? json_incref((json_t *)input->tags) : json_array();
        expense_mark(expense, "tags", by, changed);
    }
}

void expense_apply_ref(struct expense *expense, const char *name, const struct ref *ref,
                       enum origin by, json_t *changed)
{
    if (strcmp(name, "merchant") == 0)
        expense->merchant = *ref;
    else if (strcmp(name, "category") == 0)
        expense->category = *ref;
    else
        expense->account = *ref;
    expense_mark(expense, name, by, changed);
}
