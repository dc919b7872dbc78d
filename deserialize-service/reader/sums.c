/* The sums of a text told apart by the words around them: what was moved, its fee, the balance and
 * the limit after it, the same in another currency, the rate. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "currency.h"
#include "grammar.h"

#define LABEL_REACH 7
#define SUMS_MAX 16   /* a bank text has six at most; each costs a look at all the others */
#define VERB_REACH 14 /* farther away a verb adds nothing to a sum */

static bool is_sum_label(enum role role)
{
    return role == ROLE_BALANCE || role == ROLE_LIMIT || role == ROLE_FEE || role == ROLE_TOTAL ||
           role == ROLE_AMOUNT || role == ROLE_OTHER_SUM;
}

/* A label after the sum ("$500.00 bal") counts only when no sum of its own follows it. */
static enum role label_after(const struct frame *frame, int i)
{
    const struct token *label = token_at(frame, i + 1);

    if (label->role != ROLE_BALANCE && label->role != ROLE_LIMIT)
        return ROLE_NONE;
    for (int k = i + 1 + label->span; k < i + 6 + label->span; k++) {
        if (token_at(frame, k)->kind == TOKEN_MONEY)
            return ROLE_NONE;
        if (token_at(frame, k)->kind == TOKEN_NEWLINE || token_punct(frame, k) == '(')
            break;
    }
    return (enum role)label->role;
}

/* "Avail R12,310.44", "Disponible 940,20": the word alone, right before the sum. */
static bool is_bare_available(const struct frame *frame, int i)
{
    if (token_punct(frame, i) == ':' || token_punct(frame, i) == '.')
        i--;
    return token_in(frame, i, LIST_AVAILABLE);
}

/* "Bal A/c 331 -55,000 on 14-05. Bal 1,200,000": signed, and the balance comes after it. */
static bool is_movement(const struct frame *frame, int i)
{
    if (frame->tokens[i].sign == 0)
        return false;
    for (int k = i + 1; k < frame->count; k++)
        if (frame->tokens[k].role == ROLE_BALANCE && !frame->tokens[k].inside)
            for (int n = k + 1; n < k + 5 && n < frame->count; n++)
                if (frame->tokens[n].kind == TOKEN_MONEY)
                    return true;
    return false;
}

enum role sums_role(const struct frame *frame, int i)
{
    if (is_movement(frame, i))
        return ROLE_NONE;
    if (is_bare_available(frame, i - 1))
        return ROLE_BALANCE;
    for (int k = i - 1; k >= 0 && i - k <= LABEL_REACH; k--) {
        const struct token *token = &frame->tokens[k];

        if (token->kind == TOKEN_MONEY && label_after(frame, k) == ROLE_NONE)
            break;
        if (is_sum_label((enum role)token->role))
            return (enum role)token->role;
        if ((token->role == ROLE_DEBIT || token->role == ROLE_CREDIT) && token->arg >= 3)
            break;
        if (grammar_sentence_end(frame, k) &&
            !is_sum_label((enum role)token_at(frame, k - 1)->role) &&
            !token_at(frame, k - 1)->inside)
            break;
    }
    return label_after(frame, i);
}

static int distance(int a, int b)
{
    return abs(a - b);
}

/* "You've spent 22.10 today": what many payments came to, told beside one. */
static bool is_running_total(const struct frame *frame, int i)
{
    return token_is(frame, i + 1, "today") || token_is(frame, i + 1, "so") ||
           (token_is(frame, i + 1, "this") &&
            (token_is(frame, i + 2, "month") || token_is(frame, i + 2, "week")));
}

/* "EMI 2/6 of 3,339 (txn amt 18,999)": said by the way. */
static bool in_brackets(const struct frame *frame, int i)
{
    int bracket = grammar_bracket_before(frame, i, 4);

    return bracket > 0 && frame->tokens[bracket - 1].kind != TOKEN_NEWLINE;
}

/* "Topup of 500 is successful. You got cashback 5": less than what was paid. */
static bool is_cashback(const struct frame *frame, int i)
{
    for (int k = i + 1; k >= 0 && i - k < 4; k--)
        if (token_at(frame, k)->role == ROLE_CREDIT &&
            token_at(frame, k)->event == READING_CASHBACK)
            return grammar_verb_before(frame, k);
    return false;
}

/* "RM0.00 Example Bank: You've spent RM12.30": what the text itself costs. */
static bool is_nothing(const struct frame *frame, const struct token *token)
{
    for (int k = token->number; k < token->number_end; k++)
        if (frame->text.fold[k] >= '1' && frame->text.fold[k] <= '9')
            return false;
    return true;
}

/* Closest completed verb counts most; a sum beside an explicit label needs none. */
static int amount_score(const struct frame *frame, int i, enum role role, bool fees)
{
    const struct token *token = &frame->tokens[i];
    int score = token->currency >= 0 ? 6 : 0, best = 0;

    score += token->sign != 0 ? 3 : 0;
    score -= is_running_total(frame, i) ? 12 : 0;
    score -= is_nothing(frame, token) ? 20 : 0;
    score -= in_brackets(frame, i) ? 6 : 0;
    score -= is_cashback(frame, i) ? 12 : 0;
    score += role == ROLE_AMOUNT ? 5 : role == ROLE_TOTAL ? (fees ? 14 : 3) : 0;
    for (int k = i > VERB_REACH ? i - VERB_REACH : 0; k < frame->count && k < i + VERB_REACH; k++) {
        if (!grammar_completed(frame, k))
            continue;
        int near = 10 + frame->tokens[k].arg - distance(i, k);

        best = near > best ? near : best;
    }
    return score + best;
}

/* A sum that counts for nothing stands among the amounts, so that people see it was passed over. */
static enum reading_field field_of(enum role role)
{
    return role == ROLE_BALANCE ? READING_FIELD_BALANCE
           : role == ROLE_LIMIT ? READING_FIELD_CREDIT_LIMIT
           : role == ROLE_FEE   ? READING_FIELD_FEE
                                : READING_FIELD_AMOUNT;
}

static void find_sums(const struct frame *frame, struct findings *found)
{
    int best = -1000;
    bool fees = false;

    for (int i = 0; i < frame->count; i++)
        if (frame->tokens[i].kind == TOKEN_MONEY && grammar_sum_role(frame, i) == ROLE_FEE)
            fees = true;
    for (int i = 0; i < frame->count; i++) {
        if (frame->tokens[i].kind != TOKEN_MONEY)
            continue;
        enum role role = grammar_sum_role(frame, i);
        int score;

        if (role == ROLE_BALANCE && found->balance < 0)
            found->balance = i;
        else if (role == ROLE_LIMIT && found->limit < 0)
            found->limit = i;
        else if (role == ROLE_FEE && found->fee < 0)
            found->fee = i;
        if (role == ROLE_BALANCE || role == ROLE_LIMIT || role == ROLE_FEE ||
            role == ROLE_OTHER_SUM) {
            explain_note(frame, field_of(role), i, i, 0, role == ROLE_OTHER_SUM ? "other" : "");
            continue;
        }
        score = amount_score(frame, i, role, fees) - found->sums;
        explain_note(frame, READING_FIELD_AMOUNT, i, i, score, "");
        found->sums++;
        if (score > best) {
            best = score;
            found->amount = i;
        }
    }
    /* "A service fee of 12 was charged": the fee is all there is. */
    if (found->amount < 0 && found->fee >= 0) {
        found->amount = found->fee;
        found->fee = -1;
        found->sums = 1;
    }
}

/* "USD 19.99 at SHOP. AED 73.42 was deducted": one payment told in two currencies, the first of
 * them the price. */
static void find_converted(const struct frame *frame, struct findings *found)
{
    char price[CURRENCY_SIZE], other[CURRENCY_SIZE];

    if (found->amount < 0 || frame->tokens[found->amount].currency < 0)
        return;
    currency_resolve(frame, frame->tokens[found->amount].currency, price);
    for (int i = 0, looked = 0; i < frame->count && found->converted < 0 && looked < SUMS_MAX;
         i++) {
        if (frame->tokens[i].kind != TOKEN_MONEY || frame->tokens[i].currency < 0 ||
            i == found->amount)
            continue;
        looked++;
        enum role role = grammar_sum_role(frame, i);

        if (role != ROLE_NONE && role != ROLE_AMOUNT && role != ROLE_TOTAL)
            continue;
        currency_resolve(frame, frame->tokens[i].currency, other);
        if (other[0] != '\0' && price[0] != '\0' && strcmp(other, price) != 0)
            found->converted = i;
    }
    if (found->converted >= 0 && found->converted < found->amount) {
        int first = found->converted;

        found->converted = found->amount;
        found->amount = first;
    }
}

/* The last number of "rate 3.6725", "exchange rate: 1 USD = 3.6725 AED". */
static void read_rate(const struct frame *frame, struct reading *out)
{
    for (int i = 0; i < frame->count; i++) {
        const struct token *label = &frame->tokens[i];

        if (label->role != ROLE_OTHER_SUM ||
            !token_is(frame, i + label->span - 1, label->script == SCRIPT_LATIN ? "rate" : "الصرف"))
            continue;
        for (int k = i + label->span; k < i + label->span + 9; k++) {
            const struct token *token = token_at(frame, k);
            int length = token->number_end - token->number;

            if (grammar_sentence_end(frame, k))
                break;
            if (token->kind == TOKEN_NUMBER)
                frame_copy(frame, k, k, out->rate, sizeof(out->rate));
            else if (token->kind == TOKEN_MONEY && length < (int)sizeof(out->rate))
                snprintf(out->rate, sizeof(out->rate), "%.*s", length,
                         frame->text.fold + token->number);
        }
        return;
    }
}

static void take_sum(const struct frame *frame, int i, struct reading_money *out)
{
    if (i < 0)
        return;
    const struct token *token = &frame->tokens[i];

    currency_resolve(frame, token->currency, out->money.currency);
    out->found = currency_minor(frame, token, out->money.currency, &out->money.minor);
    if (out->found && token->sign < 0)
        out->money.minor = -out->money.minor;
}

void sums_find(const struct frame *frame, struct findings *found)
{
    find_sums(frame, found);
    find_converted(frame, found);
}

void sums_take(const struct frame *frame, const struct findings *found, struct reading *out)
{
    take_sum(frame, found->amount, &out->amount);
    take_sum(frame, found->balance, &out->balance);
    take_sum(frame, found->limit, &out->credit_limit);
    take_sum(frame, found->fee, &out->fee);
    take_sum(frame, found->converted, &out->converted);
    read_rate(frame, out);
    if (out->amount.money.minor < 0)
        out->amount.money.minor = -out->amount.money.minor;
    if (out->converted.money.minor < 0)
        out->converted.money.minor = -out->converted.money.minor;
}
