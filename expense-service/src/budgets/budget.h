/* budget - what a person means to spend at most, and how that goes. No I/O.
 * Amounts are minor units of the budget's currency; others are never added to it. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "budgets/period.h"
#include "expenses/expense.h"

enum budget_scope { SCOPE_ALL, SCOPE_CATEGORY, SCOPE_TREE, SCOPE_TAG };
enum budget_rollover { ROLLOVER_NONE, ROLLOVER_REMAINING, ROLLOVER_ALL };
extern const char *const budget_scope_names[], *const budget_rollover_names[];

enum {
    BUDGETS_MAX = 100,
    BUDGET_NAME_BYTES = 200,
    THRESHOLDS_MAX = 10,
    THRESHOLD_PERCENT_MAX = 1000,
    PERCENT_MAX = 1000000, /* told at most */
    BUDGET_CARRY_MAX = 60, /* periods that rollover looks back */
};

/* Text is borrowed. */
struct budget {
    const char *id, *name;
    struct money amount;
    enum budget_scope scope;
    struct ref category; /* of SCOPE_CATEGORY and SCOPE_TREE */
    const char *tag;     /* of SCOPE_TAG */
    enum period_kind period;
    enum budget_rollover rollover;
    int64_t starts_on, ends_on; /* days; ends_on INT64_MAX: open */
    int thresholds[THRESHOLDS_MAX];
    size_t threshold_count;
    int64_t version;
};

/* Reads a creating POST, or a merge-patch into what there is. category is for the caller to find.
 */
void budget_read(const json_t *body, enum expense_input_kind kind, int64_t today,
                 struct budget *budget, struct ref_input *category, struct fields *fields);
/* The thresholds as they are stored. */
json_t *budget_thresholds(const struct budget *budget);

/* Where a period stands. */
struct budget_state {
    struct period period;
    bool now;               /* it is not over */
    int64_t today;          /* of now: how far it is */
    int64_t spent, carried; /* carried: what rollover adds to the amount */
};
/* What the periods before leave for the next one; spent has an item for each, the earliest first.
 */
int64_t budget_carry(const struct budget *budget, const int64_t spent[], size_t count);
/* Whole percent of what there is to spend; nothing to spend is more than all. */
int64_t budget_percent(const struct budget *budget, const struct budget_state *state);
/* others: [{currency, amount}] that were spent in the same scope. Steals it. */
json_t *budget_to_json(const struct budget *budget, const struct budget_state *state,
                       json_t *others);
json_t *budget_state_json(const struct budget *budget, const struct budget_state *state);
