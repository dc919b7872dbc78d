/* What kind of event it was: told by a noun of its own ("salary", "EMI"), by the verb, or by the
 * means. */
#include "grammar.h"

/* The first noun that names the kind of money itself. */
static enum reading_kind told_by_noun(const struct frame *frame)
{
    for (int i = 0; i < frame->count && frame_has_role(frame, ROLE_KIND); i++)
        if (frame->tokens[i].role == ROLE_KIND && !grammar_conditional(frame, i))
            return (enum reading_kind)frame->tokens[i].arg;
    return READING_PAYMENT;
}

static bool is_back(enum reading_kind kind)
{
    return kind == READING_REFUND || kind == READING_REVERSAL || kind == READING_CASHBACK;
}

/* Money that comes back is told anywhere in the text; else the verb that gave the direction has
 * its say before the others. */
static enum reading_kind told_by_verb(const struct frame *frame, const struct findings *found,
                                      enum reading_direction direction)
{
    enum reading_kind first = READING_PAYMENT;

    for (int i = 0; i < frame->count; i++) {
        enum reading_kind kind = (enum reading_kind)frame->tokens[i].event;

        if (kind == READING_PAYMENT || !grammar_completed(frame, i))
            continue;
        if (is_back(kind) && direction == READING_CREDIT)
            return kind;
        if (first == READING_PAYMENT && !is_back(kind))
            first = kind;
    }
    if (found->verb >= 0 && frame->tokens[found->verb].event != READING_PAYMENT &&
        !is_back((enum reading_kind)frame->tokens[found->verb].event))
        return (enum reading_kind)frame->tokens[found->verb].event;
    return first;
}

static bool has_role(const struct frame *frame, enum role role, int arg)
{
    for (int i = 0; i < frame->count && frame_has_role(frame, role); i++)
        if (frame->tokens[i].role == role && (arg < 0 || frame->tokens[i].arg == arg))
            return true;
    return false;
}

static bool says_your(const struct frame *frame, int i)
{
    for (int k = i - 1; k >= 0 && i - k < 5; k--) {
        if (frame->tokens[k].kind == TOKEN_MASK || frame->tokens[k].kind == TOKEN_MONEY)
            return false;
        if (frame->tokens[k].role == ROLE_YOUR || token_is(frame, k, "own"))
            return true;
    }
    return false;
}

/* "savings", "checking": people call only their own accounts so. */
static bool is_named_account(const struct frame *frame, int i)
{
    for (int k = i - 3; k < i; k++)
        if (token_in(frame, k, LIST_NAMED_ACCOUNT))
            return true;
    return false;
}

bool kind_is_own_transfer(const struct frame *frame, const struct findings *found)
{
    if (found->account < 0 || found->second < 0)
        return false;
    if (has_role(frame, ROLE_KIND, READING_OWN_TRANSFER))
        return true;
    return says_your(frame, found->second) ||
           (is_named_account(frame, found->second) && is_named_account(frame, found->account));
}

/* "UPI Ref", "NEFT RRN": the label of a reference tells the way too. */
static enum reading_channel of_reference(const struct frame *frame, int i)
{
    if (frame->tokens[i].role != ROLE_REFERENCE)
        return READING_NO_CHANNEL;
    if (token_is(frame, i, "upi"))
        return READING_UPI;
    return token_is(frame, i, "imps") || token_is(frame, i, "neft") || token_is(frame, i, "rtgs")
               ? READING_BANK_TRANSFER
               : READING_NO_CHANNEL;
}

static void read_channel(const struct frame *frame, struct reading *out)
{
    for (int i = 0; i < frame->count && frame_has_role(frame, ROLE_CHANNEL); i++)
        if (frame->tokens[i].role == ROLE_CHANNEL &&
            (out->channel == READING_NO_CHANNEL || out->channel == READING_MOBILE_MONEY))
            out->channel = frame->tokens[i].arg;
    for (int i = 0; i < frame->count && frame_has_role(frame, ROLE_REFERENCE) &&
                    out->channel == READING_NO_CHANNEL;
         i++)
        out->channel = of_reference(frame, i);
    if (out->channel == READING_NO_CHANNEL && out->account_type >= READING_CREDIT_CARD &&
        out->account_type <= READING_ANY_CARD)
        out->channel = READING_CARD;
}

/* "your Credit Card XX12 bill payment of …" */
static bool pays_a_card(const struct frame *frame)
{
    bool bill = false;

    if (!frame_may_have(frame, "bill") && !frame_may_have(frame, "dues"))
        return false;
    for (int i = 0; i < frame->count; i++)
        bill |= token_is(frame, i, "bill") || token_is(frame, i, "dues");
    return bill && has_role(frame, ROLE_ACCOUNT, READING_CREDIT_CARD);
}

void kind_read(const struct frame *frame, const struct findings *found, struct reading *out)
{
    bool debit = out->direction == READING_DEBIT;
    enum reading_kind noun = told_by_noun(frame);
    enum reading_kind verb = told_by_verb(frame, found, out->direction);
    bool transfer = has_role(frame, ROLE_TRANSFER, -1);

    read_channel(frame, out);
    if (noun == READING_PAYMENT && debit && found->amount >= 0 &&
        grammar_sum_role(frame, found->amount) == ROLE_FEE)
        noun = READING_FEE;
    out->kind = noun;
    if (kind_is_own_transfer(frame, found))
        out->kind = READING_OWN_TRANSFER;
    else if (noun == READING_OWN_TRANSFER)
        out->kind = READING_TRANSFER;
    if (is_back(verb) && !debit)
        out->kind = verb;
    if (debit && verb != READING_PURCHASE && !has_role(frame, ROLE_PREPOSITION, '@') &&
        pays_a_card(frame) && (out->kind == READING_PAYMENT || out->kind == READING_BILL_PAYMENT))
        out->kind = READING_CARD_PAYMENT;
    if (out->kind != READING_PAYMENT)
        return;
    if (verb == READING_CASH_WITHDRAWAL && !debit)
        verb = READING_PAYMENT;
    if (verb == READING_CASH_WITHDRAWAL && transfer && out->channel != READING_ATM)
        verb = READING_TRANSFER;
    if (verb == READING_CASH_DEPOSIT && debit)
        verb = READING_PAYMENT;
    if (debit && out->channel == READING_ATM && !transfer)
        verb = READING_CASH_WITHDRAWAL;
    if (!debit && verb == READING_PAYMENT &&
        (out->channel == READING_CASH || out->channel == READING_ATM))
        verb = READING_CASH_DEPOSIT;
    if (verb == READING_PURCHASE && !debit)
        verb = READING_PAYMENT;
    out->kind = verb;
    if (verb == READING_PAYMENT && transfer)
        out->kind = READING_TRANSFER;
    if (out->kind == READING_PAYMENT && debit && out->channel == READING_CARD)
        out->kind = READING_PURCHASE;
}
