#include "links/pair.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/timefmt.h"

enum { REFERENCE_LEAST = 6, SUGGEST_FROM = 50, SUGGEST_TRANSFER_FROM = 30 };
#define MINUTES(n) ((n)*60 * US_PER_S)
#define DAYS(n) ((n)*24 * 60 * MINUTES(1))

json_t *pair_reasons_json(unsigned reasons)
{
    static const char *const names[] = {
        "same_reference", "same_amount",  "part_of_amount", "minutes_apart",    "days_apart",
        "told_account",   "own_transfer", "told_as_refund", "told_as_reversal", "same_merchant",
        "same_account",   "same_balance", "same_text",      "other_sender",     "entered_by_hand"};
    json_t *json = json_array();
    for (size_t i = 0; i < LENGTH(names); i++)
        if (reasons & 1u << i)
            json_array_append_new(json, json_string(names[i]));
    return json;
}

static bool told(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static bool same(const char *a, const char *b)
{
    return told(a) && told(b) && strcasecmp(a, b) == 0;
}

static bool differ(const char *a, const char *b)
{
    return told(a) && told(b) && strcasecmp(a, b) != 0;
}

static bool is_reference(const char *text)
{
    return text != NULL && strlen(text) >= REFERENCE_LEAST;
}

static bool same_reference(const struct pair_side *a, const struct pair_side *b)
{
    return is_reference(a->reference) && same(a->reference, b->reference);
}

static bool is_one_of(const char *class, const char *const names[])
{
    for (size_t i = 0; class != NULL && names[i] != NULL; i++)
        if (strcmp(class, names[i]) == 0)
            return true;
    return false;
}

static int64_t apart(const struct pair_side *a, const struct pair_side *b)
{
    int64_t us = a->occurred_us - b->occurred_us;
    return us < 0 ? -us : us;
}

/* One name within the other: banks cut and dress them. */
static bool same_merchant(const struct pair_side *a, const struct pair_side *b)
{
    return same(a->merchant_id, b->merchant_id) || (told(a->merchant) && told(b->merchant) &&
                                                    (strcasestr(a->merchant, b->merchant) != NULL ||
                                                     strcasestr(b->merchant, a->merchant) != NULL));
}

static bool same_sum(const struct pair_side *a, const struct pair_side *b)
{
    return a->amount.minor == b->amount.minor;
}

/* The digits that one text tells of the other account, which may be fewer than four. */
static bool tells_of(const struct pair_side *teller, const struct pair_side *other)
{
    if (!told(teller->second_account) || !told(other->last4))
        return false;
    size_t a = strlen(teller->second_account), b = strlen(other->last4), n = a < b ? a : b;
    return n >= 3 && strcmp(teller->second_account + a - n, other->last4 + b - n) == 0;
}

static void add(struct pair *pair, int points, unsigned reason)
{
    pair->strength += points;
    pair->reasons |= reason;
}

/* Accounts that one payment can be told of: the same, or one that a text does not name. */
static bool accounts_fit(const struct pair_side *a, const struct pair_side *b)
{
    return !differ(a->last4, b->last4);
}

/* What proves that these are two payments, whatever else they have in common. */
static bool are_two(const struct pair_side *a, const struct pair_side *b, bool reference)
{
    if (a->has_balance && b->has_balance && a->balance_minor != b->balance_minor)
        return true;
    if (reference)
        return false;
    if (!accounts_fit(a, b))
        return true;
    return is_reference(a->reference) && is_reference(b->reference);
}

/* The bank that tells the balance goes on being asked for gaps, so its text is kept; else the one
 * that knows its account, else the one entered first. */
static bool is_kept(const struct pair_side *a, const struct pair_side *b)
{
    if (a->has_balance != b->has_balance)
        return a->has_balance;
    if ((a->account_id != NULL) != (b->account_id != NULL))
        return a->account_id != NULL;
    return strcmp(a->id, b->id) < 0;
}

static bool judge_duplicate(const struct pair_side *a, const struct pair_side *b, struct pair *out)
{
    bool reference = same_reference(a, b), by_hand = !a->message_id != !b->message_id;
    if (!same_sum(a, b) || are_two(a, b, reference))
        return false;
    *out = (struct pair){.kind = LINK_DUPLICATE};
    add(out, 0, REASON_SAME_AMOUNT);
    if (reference)
        add(out, 60, REASON_SAME_REFERENCE);
    if (same(a->message_id, b->twin_of) || same(b->message_id, a->twin_of))
        add(out, 45, REASON_SAME_TEXT);
    if (a->has_balance && b->has_balance)
        add(out, 30, REASON_SAME_BALANCE);
    if (apart(a, b) <= MINUTES(15))
        add(out, apart(a, b) <= MINUTES(5) ? 20 : 10, REASON_MINUTES_APART);
    if (by_hand)
        add(out, 40, REASON_BY_HAND_TOO);
    else if (told(a->message_id) && (told(a->bank) || told(b->bank)) && !same(a->bank, b->bank))
        add(out, 30, REASON_OTHER_SENDER);
    if (same(a->account_id, b->account_id))
        add(out, 10, REASON_SAME_ACCOUNT);
    if (same_merchant(a, b))
        add(out, 10, REASON_SAME_MERCHANT);
    else if (told(a->merchant) && told(b->merchant) && !reference)
        out->strength -= 30;
    bool keep_a = is_kept(a, b);
    out->first = keep_a ? a : b;
    out->second = keep_a ? b : a;
    return out->strength >= SUGGEST_FROM;
}

/* Classes that are no leg of a transfer as long as only amount and time speak for it. */
static bool is_something_else(const struct pair_side *side)
{
    static const char *const names[] = {"salary",       "interest",        "fee",      "cash",
                                        "purchase",     "refund",          "cashback", "reversal",
                                        "bill_payment", "loan_instalment", NULL};
    return is_one_of(side->class, names) || side->type == TYPE_REFUND;
}

static bool judge_transfer(const struct pair_side *debit, const struct pair_side *credit,
                           struct pair *out)
{
    static const char *const own[] = {"own_transfer", "self_transfer", "card_payment",
                                      "cash_deposit", NULL};
    bool reference = same_reference(debit, credit);
    bool tells = tells_of(debit, credit) || tells_of(credit, debit);
    int64_t us = apart(debit, credit);
    if (!same_sum(debit, credit) || us > DAYS(3) || !differ(debit->account_id, credit->account_id))
        return false;
    if (!reference && !tells &&
        (is_something_else(debit) || is_something_else(credit) ||
         (told(debit->second_account) && told(credit->last4)) ||
         (told(credit->second_account) && told(debit->last4))))
        return false;
    *out = (struct pair){.kind = LINK_TRANSFER, .first = debit, .second = credit};
    add(out, 20, REASON_SAME_AMOUNT);
    if (reference)
        add(out, 50, REASON_SAME_REFERENCE);
    if (tells)
        add(out, 40, REASON_TOLD_ACCOUNT);
    if (is_one_of(debit->class, own) || is_one_of(credit->class, own))
        add(out, 25, REASON_OWN_TRANSFER);
    if (us <= MINUTES(15))
        add(out, 25, REASON_MINUTES_APART);
    else
        add(out, us <= DAYS(1) ? 15 : 10, REASON_DAYS_APART);
    out->sure = reference && debit->message_id != NULL && credit->message_id != NULL &&
                !debit->by_user && !credit->by_user;
    return out->strength >= SUGGEST_TRANSFER_FROM;
}

/* Money given back: all of it, at once or as a correction (reversal), or any part of it (refund).
 */
static bool judge_back(const struct pair_side *debit, const struct pair_side *credit,
                       struct pair *out)
{
    static const char *const reversed[] = {"reversal", "chargeback", NULL};
    bool whole = same_sum(debit, credit), reference = same_reference(debit, credit);
    bool is_reversal = is_one_of(credit->class, reversed), merchant = same_merchant(debit, credit);
    bool account = same(debit->account_id, credit->account_id);
    int64_t later = credit->occurred_us - debit->occurred_us;
    if (later < -MINUTES(60) || later > DAYS(180) || credit->amount.minor > debit->amount.minor ||
        debit->type != TYPE_EXPENSE || credit->type == TYPE_TRANSFER)
        return false;
    bool reversal = whole && (is_reversal || (reference && account)) && accounts_fit(debit, credit);
    *out = (struct pair){
        .kind = reversal ? LINK_REVERSAL : LINK_REFUND, .first = debit, .second = credit};
    if (is_reversal || credit->type == TYPE_REFUND)
        add(out, 30, is_reversal ? REASON_TOLD_REVERSAL : REASON_TOLD_REFUND);
    if (reference)
        add(out, 40, REASON_SAME_REFERENCE);
    if (merchant)
        add(out, 30, REASON_SAME_MERCHANT);
    add(out, whole ? 15 : 0, whole ? REASON_SAME_AMOUNT : REASON_PART_OF_AMOUNT);
    if (account)
        add(out, 10, REASON_SAME_ACCOUNT);
    if (later <= DAYS(30))
        add(out, 5, REASON_DAYS_APART);
    if (told(debit->merchant) && told(credit->merchant) && !merchant && !reference)
        out->strength -= 30;
    out->sure = reversal && is_reversal && reference && !debit->by_user && !credit->by_user;
    return out->strength >= SUGGEST_FROM;
}

bool pair_judge(const struct pair_side *a, const struct pair_side *b, struct pair *out)
{
    struct pair other;
    bool found;
    if (strcmp(a->amount.currency, b->amount.currency) != 0)
        return false;
    if (a->direction == b->direction)
        found = judge_duplicate(a, b, out);
    else {
        const struct pair_side *debit = a->direction == DIRECTION_DEBIT ? a : b;
        const struct pair_side *credit = debit == a ? b : a;
        found = judge_back(debit, credit, out);
        if (judge_transfer(debit, credit, &other) &&
            (!found || other.sure > out->sure || other.strength > out->strength)) {
            *out = other;
            found = true;
        }
    }
    if (out->strength > 100)
        out->strength = 100;
    return found;
}

static int by_strength(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->sure != b->sure)
        return a->sure ? -1 : 1;
    if (a->strength != b->strength)
        return b->strength - a->strength;
    int64_t more = apart(a->first, a->second) - apart(b->first, b->second);
    if (more != 0)
        return more < 0 ? -1 : 1;
    int order = strcmp(a->first->id, b->first->id);
    return order != 0 ? order : strcmp(a->second->id, b->second->id);
}

/* A purchase may have several refunds; every other role is had once. Of one payment told three
 * times all three pairs stay: which of them are needed depends on which is taken. */
static bool takes_the_place(const struct pair *better, const struct pair *pair)
{
    if (pair->kind == LINK_DUPLICATE || better->kind == LINK_DUPLICATE)
        return false;
    return strcmp(better->second->id, pair->second->id) == 0 ||
           (strcmp(better->first->id, pair->first->id) == 0 &&
            (pair->kind != LINK_REFUND || better->kind != LINK_REFUND));
}

size_t pair_best(struct pair pairs[], size_t count)
{
    size_t kept = 0;
    qsort(pairs, count, sizeof *pairs, by_strength);
    for (size_t i = 0; i < count; i++) {
        bool taken = false;
        for (size_t j = 0; j < kept && !taken; j++)
            taken = takes_the_place(&pairs[j], &pairs[i]);
        if (!taken)
            pairs[kept++] = pairs[i];
    }
    return kept;
}
