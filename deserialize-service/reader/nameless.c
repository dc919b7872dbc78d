/* What a payment is called when its text names nobody. */
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "name.h"

/* "debited from a/c X and credited to a/c Y" */
static bool two_accounts(const struct frame *frame)
{
    int count = 0;

    for (int i = 1; i < frame->count; i++)
        count += frame->tokens[i].kind == TOKEN_MASK &&
                 (frame->tokens[i - 1].role == ROLE_ACCOUNT || frame->tokens[i - 1].inside ||
                  token_punct(frame, i - 1) == '.');
    return count >= 2;
}

const char *merchant_of_kind(const struct frame *frame, const struct reading *out)
{
    static const char *const names[] = {
        [READING_CASH_DEPOSIT] = "Cash Deposit",
        [READING_INTEREST] = "Interest",
        [READING_SALARY] = "Salary",
        [READING_CASHBACK] = "Cashback",
        [READING_REFUND] = "Refund",
        [READING_REVERSAL] = "Refund",
        [READING_FEE] = "Bank Charges",
        [READING_CARD_PAYMENT] = "Credit Card Payment",
        [READING_LOAN_INSTALMENT] = "Loan Instalment",
    };

    if (out->kind == READING_CASH_WITHDRAWAL) {
        for (int i = 0; i < frame->count; i++)
            if (token_is(frame, i, "atm") || token_is(frame, i, "card"))
                return "ATM Withdrawal";
        return "Cash Withdrawal";
    }
    if ((size_t)out->kind < LENGTH(names) && names[out->kind] != NULL)
        return names[out->kind];
    if (out->kind == READING_PURCHASE)
        for (int i = 0; i < frame->count; i++)
            if (token_is(frame, i, "pos"))
                return "POS Transaction";
    if (out->channel == READING_CHEQUE)
        return "Cheque";
    for (int i = 0; i < frame->count; i++)
        if (token_is(frame, i, "recharge"))
            return "Mobile Recharge";
    if (out->channel == READING_DIRECT_DEBIT)
        return "Standing Instruction";
    if (out->channel == READING_UPI)
        return out->kind == READING_TRANSFER || two_accounts(frame) ? "UPI Transfer"
                                                                    : "UPI Payment";
    return "";
}

/* A transfer without a name is called after its network: "NEFT Transfer". */
static void name_after_network(const struct frame *frame, struct reading *out)
{
    for (int i = 0; i < frame->count; i++)
        if ((frame->tokens[i].role == ROLE_CHANNEL &&
             frame->tokens[i].arg == READING_BANK_TRANSFER) ||
            (frame->tokens[i].role == ROLE_REFERENCE &&
             (token_is(frame, i, "imps") || token_is(frame, i, "neft") ||
              token_is(frame, i, "rtgs")))) {
            char network[24];

            frame_copy(frame, i, i, network, sizeof(network));
            snprintf(out->merchant, sizeof(out->merchant),
                     token_is(frame, i, "imps") ? "%s" : "%s Transfer", network);
            return;
        }
}

/* "sent to 0700000123", "to 9800000000@bank": a telephone number is better than nobody. Not the one
 * of "SMS BLOCK to 9800000000". */
static int number_of_other(const struct frame *frame, int end, enum reading_direction direction)
{
    char side = direction == READING_CREDIT ? '<' : '>';

    for (int i = 0; i < end; i++) {
        int next = i + 1;

        if (frame->tokens[i].role != ROLE_PREPOSITION ||
            (frame->tokens[i].arg != side && frame->tokens[i].arg != 't'))
            continue;
        while (token_at(frame, next)->role == ROLE_OTHER_PARTY || token_is(frame, next, "vpa") ||
               token_punct(frame, next) == '+')
            next++;
        if (token_digits(frame, next) >= 8 && token_digits(frame, next) <= 14)
            return next;
        if (token_at(frame, next)->kind == TOKEN_ADDRESS)
            return next;
    }
    return -1;
}

/* "you've received 500. It was sent by 0000" */
static bool was_sent(const struct frame *frame)
{
    for (int i = 0; i < frame->count; i++)
        if (token_is(frame, i, "sent") &&
            (token_is(frame, i + 1, "by") || token_is(frame, i + 1, "to")))
            return true;
    return false;
}

/* "/Payment from EXAMPLEPAY/", "Your EXAMPLEPAY Wallet Load": the app is all that is named. */
static bool take_app(const struct frame *frame, int end, struct findings *found,
                     struct reading *out)
{
    int first = -1, last = 0;

    for (int i = 1; i < end && first < 0; i++) {
        bool from = token_is(frame, i, "payment") && token_is(frame, i + 1, "from") &&
                    token_at(frame, i + 2)->kind == TOKEN_WORD && token_punct(frame, i + 3) == '/';
        bool load = token_is(frame, i, "wallet") && token_is(frame, i + 1, "load") && i > 1 &&
                    token_at(frame, i - 1)->kind == TOKEN_WORD &&
                    token_at(frame, i - 1)->role != ROLE_YOUR;

        if (from || load) {
            first = from ? i + 2 : i - 1;
            last = from ? i + 2 : i + 1;
        }
    }
    if (first < 0)
        return false;
    found->merchant_score = 20;
    merchant_take(frame, first, last, found, out);
    return true;
}

/* Nobody is named: the payment is called after what it was, after its network, or after the words
 * of banking that stand where a name would ("other bank"). */
void merchant_after_kind(const struct frame *frame, int end, const struct name *best,
                         struct findings *found, struct reading *out)
{
    const char *name = merchant_of_kind(frame, out);
    int number = number_of_other(frame, end, out->direction);

    found->merchant = -1;
    memset(out->merchant, 0, sizeof(out->merchant));
    if (take_app(frame, end, found, out))
        return;
    if (number >= 0 && (name[0] == '\0' || out->channel == READING_UPI)) {
        found->merchant_score = 20;
        merchant_take(frame, number, number, found, out);
        return;
    }
    memcpy(out->merchant, name, strlen(name));
    if (name[0] == '\0' && out->channel == READING_BANK_TRANSFER)
        name_after_network(frame, out);
    if (out->merchant[0] == '\0' &&
        (out->kind == READING_TRANSFER || out->kind == READING_OWN_TRANSFER ||
         two_accounts(frame) || was_sent(frame)))
        snprintf(out->merchant, sizeof(out->merchant), "Transfer");
    out->merchant_from_kind = out->merchant[0] != '\0';
    if (out->merchant[0] == '\0' && best->generic_score > 0) {
        found->merchant_score = best->generic_score / 2;
        merchant_take(frame, best->generic_first, best->generic_last, found, out);
    }
}
