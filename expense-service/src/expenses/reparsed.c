#include "expenses/reparsed.h"

#include <string.h>

#include "base/mem.h"
#include "splits/split.h"

/* The reader's to set, and another value than there is. */
static bool takes(const struct expense *expense, const char *field, bool differs)
{
    return differs && origin_may_set(expense->origins, field, ORIGIN_PARSER);
}

static bool ref_differs(const struct ref *a, const struct ref *b)
{
    return (a->id == NULL) != (b->id == NULL) || (a->id != NULL && strcmp(a->id, b->id) != 0);
}

static void apply_ref(struct expense *expense, const char *field, const struct ref *was,
                      const struct ref *is, json_t *changed)
{
    if (takes(expense, field, ref_differs(was, is)))
        expense_apply_ref(expense, field, is, ORIGIN_PARSER, changed);
}

/* Type and direction are one statement of the reader: either both are its own, or neither. */
static void apply_kind(struct expense *expense, const struct parsed *parsed, json_t *changed)
{
    bool differs = expense->type != parsed->type || expense->direction != parsed->direction;
    if (!takes(expense, "type", differs) || !takes(expense, "direction", differs))
        return;
    expense->type = parsed->type;
    expense->direction = parsed->direction;
    expense_mark(expense, "type", ORIGIN_PARSER, changed);
    expense_mark(expense, "direction", ORIGIN_PARSER, changed);
}

void reparsed_apply(struct expense *expense, const struct parsed *parsed,
                    const struct reparsed_refs *refs, json_t *changed)
{
    enum expense_status status = parsed->status;
    bool amount = expense->amount.minor != parsed->money.minor ||
                  strcmp(expense->amount.currency, parsed->money.currency) != 0;
    apply_kind(expense, parsed, changed);
    if (takes(expense, "amount", amount) && expense->splits != NULL)
        status = STATUS_NEEDS_REVIEW; /* the person's splits add up to the old one */
    else if (takes(expense, "amount", amount)) {
        expense->amount = parsed->money;
        expense_mark(expense, "amount", ORIGIN_PARSER, changed);
    }
    if (takes(expense, "occurred_at", expense->occurred_us != parsed->occurred_us)) {
        expense->occurred_us = parsed->occurred_us;
        expense_mark(expense, "occurred_at", ORIGIN_PARSER, changed);
    }
    apply_ref(expense, "merchant", &expense->merchant, &refs->merchant, changed);
    apply_ref(expense, "category", &expense->category, &refs->category, changed);
    apply_ref(expense, "account", &expense->account, &refs->account, changed);
    if (json_object_get(changed, "account") != NULL)
        expense->account_last4 = refs->last4;
    if (takes(expense, "status", expense->status != status)) {
        expense->status = status;
        expense_mark(expense, "status", ORIGIN_PARSER, changed);
    }
    expense->possible_duplicate_of = parsed->possible_duplicate_of;
}

bool reparsed_untouched(const struct expense *expense)
{
    const char *field;
    json_t *by;
    json_object_foreach(expense->origins, field,
                        by) if (strcmp(json_string_value(by), origin_names[ORIGIN_USER]) ==
                                0) return false;
    return true;
}
