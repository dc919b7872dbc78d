/* The second pass of the lexer: numbers become money, dates and times. */
#include <string.h>

#include "currency.h"
#include "vocabulary.h"

/* Tokens joined so far. Those since `floor` stand for one token of the frame each, so a sum that
 * reaches back over its currency takes just as many off the end. */
struct joined {
    int count, floor;
    struct token tokens[TOKENS_MAX];
};

/* A minus or plus that belongs to what follows it: touches it, and stands apart from what is
 * before. */
static int8_t sign_at(const struct frame *frame, int i)
{
    char c = token_punct(frame, i);

    if ((c != '-' && c != '+') || !token_glued(frame, i + 1) ||
        (token_glued(frame, i) && token_punct(frame, i - 1) != ':'))
        return 0;
    return c == '-' ? -1 : 1;
}

/* 450,00: three digits and two decimals. */
static bool decimals_of_group(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);
    const char *s = frame->text.fold + token->start;

    return token->end - token->start == 6 && (s[3] == '.' || s[3] == ',');
}

/* "1 234,56 RUB": following groups of three digits. Returns the last number of the run. */
static int spaced_groups(const struct frame *frame, int i)
{
    int last = i;
    int16_t currency;

    if (token_digits(frame, i) == 0 || token_digits(frame, i) > 3)
        return i;
    while (token_at(frame, last + 1)->kind == TOKEN_NUMBER && !token_glued(frame, last + 1)) {
        const struct token *next = token_at(frame, last + 1);
        int digits = 0;

        if (next->start - token_at(frame, last)->end != 1)
            return i;
        while (next->start + digits < next->end && frame->text.fold[next->start + digits] >= '0' &&
               frame->text.fold[next->start + digits] <= '9')
            digits++;
        if (digits != 3)
            return i;
        last++;
        if (token_digits(frame, last) == 0)
            break;
    }
    /* "Castka: 1 450,00": a label, and decimals. */
    if (last > i && token_punct(frame, i - 1) == ':' && decimals_of_group(frame, last))
        return last;
    return last > i && currency_after(frame, last, &currency) > 0 ? last : i;
}

/* "R1 500.00": a group of three digits and two decimals after a blank, the currency before. */
static bool decimals_follow(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i), *next = token_at(frame, i + 1);

    return next->kind == TOKEN_NUMBER && next->start - token->end == 1 &&
           decimals_of_group(frame, i + 1);
}

/* The currency after a number is rather the one before the next number: "Ref 123 INR 500". */
static bool belongs_to_next(const struct frame *frame, int number, int tokens)
{
    int next = number + tokens + 1;

    if (token_glued(frame, number + 1))
        return false;
    if (token_in(frame, next, LIST_CURRENCY)) /* "9963 日圓JPY 4,180" */
        next++;
    while (token_punct(frame, next) == '.' || token_punct(frame, next) == ':')
        next++;
    return token_at(frame, next)->kind == TOKEN_NUMBER &&
           (token_glued(frame, next) || token_digits(frame, number) > 0);
}

/* 150,000: a comma before each three digits. */
static bool is_grouped(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);
    const char *s = frame->text.fold;

    return token->end - token->start > 4 && s[token->end - 4] == ',' &&
           memchr(s + token->start, '.', (size_t)(token->end - token->start)) == NULL;
}

/* "ending -50", "card -0087": the hyphen is no sign. */
static bool names_account(const struct frame *frame, int i)
{
    return token_is(frame, i, "ending") || token_is(frame, i, "card") ||
           token_is(frame, i, "account") || token_is(frame, i, "acct") || token_is(frame, i, "acc");
}

/* "960,000-": a sign that touches the sum from behind, at the end of what is told. */
static int8_t sign_behind(const struct frame *frame, int last)
{
    char c = token_punct(frame, last + 1);

    if ((c != '-' && c != '+') || !token_glued(frame, last + 1) ||
        token_at(frame, last + 2)->kind != TOKEN_NEWLINE || !is_grouped(frame, last))
        return 0;
    return c == '-' ? -1 : 1;
}

/* Money at number i: fills *out and its reach [*first, *last]. */
static bool money_at(const struct frame *frame, int i, int floor, struct token *out, int *first,
                     int *last)
{
    int16_t currency;
    int before = currency_before(frame, i, &currency), after;

    *first = i;
    *last = spaced_groups(frame, i);
    if (i - before < floor)
        before = 0;
    out->kind = TOKEN_MONEY;
    out->head = 0;
    out->number = out->start;
    if (before > 0) {
        out->currency = currency;
        out->sign = token_punct(frame, i - 1) == '-' && before > 1 ? -1 : sign_at(frame, i - 1);
        *first -= before;
        /* "INR Rs.500" and "TZS TZS 500" name it twice. */
        int again = currency_before(frame, *first, &currency);

        if (again > 0 && *first - again >= floor &&
            token_at(frame, *first - 1)->kind == TOKEN_WORD) {
            *first -= again;
            out->currency = currency;
        }
        if (token_digits(frame, i) > 0 && token_digits(frame, i) <= 3)
            *last = decimals_follow(frame, i) ? i + 1 : i;
        out->number_end = token_at(frame, *last)->end;
        /* "$345.00 MXN": the code says whose dollars. */
        int16_t code;

        if (currency_after(frame, *last, &code) == 1 && currency_settles(out->currency, code) &&
            !belongs_to_next(frame, *last, 1)) {
            out->currency = code;
            ++*last;
        } else if (token_at(frame, *last + 1)->script == SCRIPT_HAN &&
                   currency_after(frame, *last, &code) == 1) {
            ++*last; /* "人民币9,800.00元" says it twice */
        } else if (token_punct(frame, *last + 1) == '(' && token_punct(frame, *last + 3) == ')' &&
                   currency_after(frame, *last + 1, &code) == 1 &&
                   currency_settles(out->currency, code)) {
            out->currency = code; /* "$345.00 (MXN)" */
            *last += 3;
        }
    } else {
        after = currency_after(frame, *last, &out->currency);
        if (after > 0 && belongs_to_next(frame, *last, after)) {
            after = 0;
            out->currency = -1;
        }
        if (after == 0 && sign_at(frame, i - 1) == 0 && sign_behind(frame, *last) != 0) {
            out->sign = sign_behind(frame, *last);
            out->number_end = token_at(frame, *last)->end;
            out->end = token_at(frame, ++*last)->end;
            return true;
        }
        /* Without a currency only a signed number long enough not to follow a hyphen, and no
         * telephone number. */
        if (after == 0 && *last == i &&
            (sign_at(frame, i - 1) == 0 || names_account(frame, i - 2) ||
             token_digits(frame, i) == 1 || token_digits(frame, i) == 2 ||
             token_digits(frame, i) > 9))
            return false;
        *last = *last + after;
        out->number_end = token_at(frame, *last - after)->end;
    }
    if (out->number_end == 0)
        out->number_end = token_at(frame, *last)->end;
    if (*first - 1 >= floor && sign_at(frame, *first - 1) != 0)
        out->sign = sign_at(frame, --*first);
    out->start = token_at(frame, *first)->start;
    out->space = token_at(frame, *first)->space;
    out->end = token_at(frame, *last)->end;
    return true;
}

static void emit(struct joined *joined, const struct token *token)
{
    joined->tokens[joined->count++] = *token;
}

/* Joins what begins at token i, or copies it; returns the token to go on with. */
static int join_one(const struct frame *frame, int i, struct joined *joined)
{
    const struct token *at = &frame->tokens[i];
    struct token token;
    int first = i, last = i, used;

    /* Months in other letters are known by their beginning. */
    bool month =
        at->kind == TOKEN_WORD && ((at->lists & LIST_MONTH) != 0 || at->script == SCRIPT_CYRILLIC ||
                                   at->script == SCRIPT_ARABIC);

    if (at->kind != TOKEN_NUMBER && !month) {
        emit(joined, at);
        return i + 1;
    }
    token = *at;
    if ((used = lexer_date(frame, i, &token)) > 0) {
        token.kind = TOKEN_DATE;
    } else {
        token = *at;
        if ((used = lexer_time(frame, i, &token)) > 0)
            token.kind = TOKEN_TIME;
    }
    if (used > 0) {
        token.head = token.lists = token.entry = token.letters = 0;
        token.end = token_at(frame, i + used - 1)->end;
        emit(joined, &token);
        joined->floor = i + used;
        return i + used;
    }
    token = *at;
    if (token.kind == TOKEN_NUMBER && money_at(frame, i, joined->floor, &token, &first, &last)) {
        joined->count -= i - first;
        emit(joined, &token);
        joined->floor = last + 1;
        return last + 1;
    }
    emit(joined, at);
    return i + 1;
}

void lexer_combine(struct frame *frame)
{
    struct joined joined; /* not cleared: only what count covers is read */

    joined.count = joined.floor = 0;

    for (int i = 0; i < frame->count;)
        i = join_one(frame, i, &joined);
    memcpy(frame->tokens, joined.tokens, sizeof(joined.tokens[0]) * (size_t)joined.count);
    frame->count = joined.count;
}

/* 1,234.56 or 300.00: written as sums are. */
static bool money_form(const struct frame *frame, const struct token *token)
{
    const char *s = frame->text.fold + token->start;
    int len = token->end - token->start;

    return len > 3 && s[len - 3] == '.';
}

static bool is_money_label(const struct token *token)
{
    return token->role == ROLE_BALANCE || token->role == ROLE_AMOUNT || token->role == ROLE_LIMIT ||
           token->role == ROLE_TOTAL;
}

/* The phrase that ends just before token i, over at most one mark and one small word. */
static const struct token *phrase_before(const struct frame *frame, int i)
{
    int k = i - 1;

    /* "Credited\n150,000\nBalance 203,331": where each fact has a line. */
    if (token_at(frame, k)->kind == TOKEN_NEWLINE && is_grouped(frame, i) &&
        token_at(frame, i + 1)->kind == TOKEN_NEWLINE)
        k--;
    for (; k >= 0 && i - k < 4 && frame->tokens[k].kind != TOKEN_NEWLINE; k--) {
        bool small = token_in(frame, k, LIST_SMALL) && !frame->tokens[k].inside;

        if (!small && token_punct(frame, k) == 0)
            break;
    }
    while (k > 0 && frame->tokens[k].inside)
        k--;
    return token_at(frame, k);
}

void lexer_promote_numbers(struct frame *frame)
{
    for (int i = 0; i < frame->count; i++) {
        struct token *token = &frame->tokens[i];

        if (token->kind != TOKEN_NUMBER || token->end - token->start > 16)
            continue;
        const struct token *before = phrase_before(frame, i);
        bool verb = (before->role == ROLE_DEBIT || before->role == ROLE_CREDIT) && before->arg >= 3;

        if (is_money_label(before) || money_form(frame, token) ||
            (verb && token_digits(frame, i) != 4 && token_digits(frame, i) < 9 &&
             (before->script != SCRIPT_LATIN || before->arg == 4))) {
            token->kind = TOKEN_MONEY;
            token->number = token->start;
            token->number_end = token->end;
        }
    }
}
