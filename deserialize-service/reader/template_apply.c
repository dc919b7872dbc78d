/* What a matched template settles in a reading. */
#include <stdio.h>
#include <string.h>

#include "currency.h"
#include "template_match.h"
#include "when.h"

#define SURE 95
#define SLOT_SCORE 75 /* of a name, more than any of the grammar's */

static int16_t slot_first(const struct template_match *match, enum template_slot slot)
{
    return match->template != NULL ? match->first[slot] : -1;
}

/* The sum in a slot: a bare number becomes one. */
static void take_sum(struct frame *frame, const struct template_match *match,
                     enum template_slot slot, int *found)
{
    int at = slot_first(match, slot);

    if (at < 0)
        return;
    struct token *token = &frame->tokens[at];

    if (token->kind == TOKEN_NUMBER) {
        token->kind = TOKEN_MONEY;
        token->number = token->start;
        token->number_end = token->end;
    }
    *found = at;
}

/* What another slot holds is not this sum, whatever the grammar thought. */
static void drop_claimed(const struct template_match *match, int *found, enum template_slot own)
{
    for (int slot = SLOT_AMOUNT; slot <= SLOT_LIMIT; slot++)
        if (*found >= 0 && (enum template_slot)slot != own && *found == match->first[slot])
            *found = -1;
}

/* Of a sum that has none, or a sign that several currencies share. */
static void take_currency(const struct frame *frame, const struct template *template,
                          const struct findings *found, struct reading *out)
{
    const char *told = template->means.currency;
    char currency[CURRENCY_SIZE];

    if (told[0] == '\0' || found->amount < 0)
        return;
    const struct token *token = &frame->tokens[found->amount];

    if (currency_resolve(frame, token->currency, currency) == CURRENCY_TOLD)
        return;
    memcpy(out->amount.money.currency, told, CURRENCY_SIZE);
    out->amount.found = currency_minor(frame, token, told, &out->amount.money.minor);
}

static bool is_no_payment(enum reading_class class)
{
    return class != READING_TRANSACTION && class != READING_OTHER;
}

void template_direct(struct frame *frame, const struct template_match *match,
                     struct findings *found, struct reading *out)
{
    const struct template *template = match->template;

    if (template == NULL)
        return;
    const struct template_meaning *means = &template->means;

    drop_claimed(match, &found->amount, SLOT_AMOUNT);
    drop_claimed(match, &found->fee, SLOT_FEE);
    drop_claimed(match, &found->balance, SLOT_BALANCE);
    drop_claimed(match, &found->limit, SLOT_LIMIT);
    drop_claimed(match, &found->converted, SLOT_AMOUNT);
    take_sum(frame, match, SLOT_AMOUNT, &found->amount);
    take_sum(frame, match, SLOT_FEE, &found->fee);
    take_sum(frame, match, SLOT_BALANCE, &found->balance);
    take_sum(frame, match, SLOT_LIMIT, &found->limit);
    frame_weigh(frame);
    if (found->converted == found->amount)
        found->converted = -1;
    out->amount = out->fee = out->balance = out->credit_limit = out->converted =
        (struct reading_money){.found = false};
    sums_take(frame, found, out);
    take_currency(frame, template, found, out);
    if (means->direction != READING_NO_DIRECTION)
        out->direction = means->direction;
    /* The words of a code or a refusal are stronger than a format that somebody wrote down, unless
     * it was written down with them in view. */
    if (means->class != READING_TRANSACTION || means->overrules || !is_no_payment(out->class))
        out->class = means->class;
}

/* The digits at the end of a token, four at most. */
static void take_digits(const struct frame *frame, int token, char out[static 5])
{
    char digits[5] = "";
    size_t n = 0;

    for (int k = frame->tokens[token].end; k > frame->tokens[token].start && n < 4; k--) {
        char c = frame->text.fold[k - 1];

        if (c >= '0' && c <= '9')
            digits[3 - n++] = c;
        else if (n > 0)
            break;
    }
    memcpy(out, digits + 4 - n, n);
    out[n] = '\0';
}

static void take_account(const struct frame *frame, const struct template_match *match,
                         struct findings *found, struct reading *out)
{
    char digits[5];

    if (slot_first(match, SLOT_ACCOUNT) < 0)
        return;
    take_digits(frame, match->last[SLOT_ACCOUNT], digits);
    if (digits[0] == '\0')
        return;
    found->account = match->last[SLOT_ACCOUNT];
    memcpy(out->account, digits, sizeof(digits));
    if (strcmp(out->second_account, out->account) == 0)
        out->second_account[0] = '\0';
}

/* "JANE DOE (0700XXX123)": the number beside a name is no part of it, unless it is all there is. */
static int name_last(const struct frame *frame, const struct template_match *match)
{
    int first = match->first[SLOT_MERCHANT], last = match->last[SLOT_MERCHANT], end = last;

    while (end > first &&
           (frame->tokens[end].kind == TOKEN_MASK || token_digits(frame, end) >= 8 ||
            template_is_mark(frame, end) ||
            (token_digits(frame, end) > 0 && frame->tokens[end - 1].role == ROLE_ACCOUNT) ||
            (end < last && (frame->tokens[end].role == ROLE_ACCOUNT ||
                            frame->tokens[end].role == ROLE_PREPOSITION))))
        end--; /* "POWER CO for account 44120098" too */
    return frame->tokens[end].kind == TOKEN_WORD ? end : last;
}

void template_settle(const struct frame *frame, const struct template_match *match,
                     struct findings *found, struct reading *out)
{
    const struct template *template = match->template;

    if (template == NULL || out->class != template->means.class)
        return;
    const struct template_meaning *means = &template->means;

    snprintf(out->template, sizeof(out->template), "%s", template->name);
    take_account(frame, match, found, out);
    if (means->account_type != READING_NO_ACCOUNT_TYPE)
        out->account_type = means->account_type;
    if (means->channel != READING_NO_CHANNEL)
        out->channel = means->channel;
    if (means->tells_kind)
        out->kind = means->kind;
    if (slot_first(match, SLOT_REF) >= 0) {
        found->reference = match->first[SLOT_REF];
        found->reference_end = match->last[SLOT_REF];
        frame_copy(frame, found->reference, found->reference_end, out->reference,
                   sizeof(out->reference));
    }
    if (slot_first(match, SLOT_DATE) >= 0)
        when_take(frame, match->first[SLOT_DATE], match->first[SLOT_TIME], found, out);
    if (slot_first(match, SLOT_MERCHANT) >= 0 && means->class == READING_TRANSACTION) {
        found->merchant_score = SLOT_SCORE;
        merchant_take(frame, match->first[SLOT_MERCHANT], name_last(frame, match), found, out);
    }
    if (template->merchant != NULL && means->class == READING_TRANSACTION) {
        found->merchant = -1;
        out->merchant_from_kind = false;
        out->merchant_told[0] = '\0';
        snprintf(out->merchant, sizeof(out->merchant), "%s", template->merchant);
    }
    if (template->bank != NULL && out->bank[0] == '\0')
        snprintf(out->bank, sizeof(out->bank), "%s", template->bank);
}

int template_confidence(const struct frame *frame, const struct template_match *match,
                        const struct findings *found, const struct reading *out)
{
    char currency[CURRENCY_SIZE];

    if (match->template == NULL || out->class != match->template->means.class ||
        out->confidence >= SURE)
        return out->confidence;
    if (out->class != READING_TRANSACTION)
        return SURE;
    /* A format leaves nothing to guess but a sign that several currencies share. */
    bool told =
        match->template->means.currency[0] != '\0' ||
        currency_resolve(frame, frame->tokens[found->amount].currency, currency) == CURRENCY_TOLD;

    return told && out->amount.found && out->amount.money.minor != 0 &&
                   out->direction != READING_NO_DIRECTION
               ? SURE
               : out->confidence;
}
