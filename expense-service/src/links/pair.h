/* pair - whether two expenses belong together, as what, how sure that is and why. No I/O.
 * Strength is a sum of what speaks for it, to 100. Two like purchases in a row are not suggested as
 * one unless something besides amount and time says so: nothing is ever dropped by a guess. */
#pragma once
#include <jansson.h>
#include <stddef.h>

#include "expenses/expense.h"
#include "links/link.h"

/* What is known of one of the two. Text is borrowed; NULL: not told. */
struct pair_side {
    const char *user_id, *id;
    enum expense_direction direction;
    enum expense_type type;
    const char *class;
    struct money amount;
    int64_t occurred_us;
    const char *account_id, *bank, *last4;
    const char *merchant_id, *merchant;
    const char *reference, *second_account;
    bool has_balance;
    int64_t balance_minor;
    const char *message_id, *twin_of; /* twin_of: possible_duplicate_of */
    bool by_user;                     /* the type is the person's word */
};

enum pair_reason {
    REASON_SAME_REFERENCE = 1,
    REASON_SAME_AMOUNT = 2,
    REASON_PART_OF_AMOUNT = 4,
    REASON_MINUTES_APART = 8,
    REASON_DAYS_APART = 16,
    REASON_TOLD_ACCOUNT = 32,
    REASON_OWN_TRANSFER = 64,
    REASON_TOLD_REFUND = 128,
    REASON_TOLD_REVERSAL = 256,
    REASON_SAME_MERCHANT = 512,
    REASON_SAME_ACCOUNT = 1024,
    REASON_SAME_BALANCE = 2048,
    REASON_SAME_TEXT = 4096,
    REASON_OTHER_SENDER = 8192,
    REASON_BY_HAND_TOO = 16384,
};
/* Names of the bits, as the API tells them. The result is the caller's. */
json_t *pair_reasons_json(unsigned reasons);

struct pair {
    const struct pair_side *first, *second; /* in the roles of the link */
    enum link_kind kind;
    int strength;
    unsigned reasons;
    bool sure; /* linked without being asked: it cannot be anything else */
};
/* false: not worth a suggestion. Both are of one user. */
bool pair_judge(const struct pair_side *a, const struct pair_side *b, struct pair *out);
/* Orders by what is surest and leaves those that say of an expense what a surer one says already.
 * Returns how many remain, at the front. */
size_t pair_best(struct pair pairs[], size_t count);
