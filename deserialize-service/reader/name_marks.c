/* Names by where they stand: in a payment path, on a line of their own, between marks. */
#include <string.h>

#include "name.h"

void name_offer_path(const struct frame *frame, int i, struct name *best)
{
    int start = i + token_at(frame, i)->span;

    /* "NEFT Cr-CODE-NAME-…" */
    if (token_at(frame, start)->role == ROLE_CREDIT || token_at(frame, start)->role == ROLE_DEBIT)
        start++;
    /* "UPI TXN: /4410-MR /…" */
    if (token_at(frame, start)->role == ROLE_INFO || token_is(frame, start, "txn"))
        start += token_at(frame, start)->span;
    if (token_punct(frame, start) == ':' && token_punct(frame, start + 1) == '/')
        start++;
    char separator = token_punct(frame, start);

    /* "UPI:5073…:SHOP", "UPI:5073…/SHOP" */
    if (separator == ':' && token_digits(frame, start + 1) >= 8 &&
        (token_punct(frame, start + 2) == ':' || token_punct(frame, start + 2) == '/')) {
        name_offer(frame, start + 3, 70, best);
        return;
    }
    if (separator != '/' && separator != '-' && separator != '*')
        return;
    /* "Remark - room rent": a label and what it says. */
    if (separator == '-' && token_at(frame, i)->role == ROLE_INFO &&
        token_at(frame, start + 1)->space)
        return;
    for (int k = start + 1; k < start + 14 && !grammar_sentence_end(frame, k); k++) {
        const struct token *token = token_at(frame, k);

        if (token->role == ROLE_BALANCE)
            return;
        if (token_punct(frame, k - 1) != separator || token->kind != TOKEN_WORD ||
            token->role == ROLE_DEBIT || token->role == ROLE_CREDIT ||
            token->role == ROLE_CHANNEL ||
            (token->end - token->start < 2 && !name_is_capital(frame, k + 1))) /* "N PERERA" */
            continue;
        int last = k;

        /* "/Payment from JANE/" */
        if (token_at(frame, k + token->span)->role == ROLE_PREPOSITION &&
            (token_is(frame, k, "payment") || token->role == ROLE_TRANSFER))
            last = k += token->span + 1;
        /* A bank's code of four letters comes before the number: IMPS/PUNB/1234/NAME. */
        if (token->end - token->start == 4 && token_punct(frame, k + 1) == separator &&
            token_at(frame, k + 2)->kind == TOKEN_NUMBER)
            continue;
        while (last + 1 - k < 12 && !name_ends(frame, last + 1, k) &&
               token_punct(frame, last + 1) != separator)
            last++;
        if (name_is_generic(frame, k, last))
            continue;
        name_set(frame, best, k, last, 70);
        return;
    }
}

void name_offer_remark(const struct frame *frame, int i, struct name *best)
{
    bool begins = false;

    for (int k = i; k < i + 16 && token_at(frame, k)->kind != TOKEN_NEWLINE; k++) {
        char c = token_punct(frame, k);
        int last = k;

        if (grammar_sentence_end(frame, k))
            return;
        if (c != '\0') {
            begins = strchr(",~|/", c) != NULL;
            continue;
        }
        if (!begins || !name_is_capital(frame, k)) {
            begins &= token_at(frame, k)->role != ROLE_NONE;
            continue;
        }
        while (name_is_capital(frame, last + 1))
            last++;
        if (last > k && (token_punct(frame, last + 1) != '\0' ||
                         token_at(frame, last + 1)->kind == TOKEN_NEWLINE))
            name_set(frame, best, k, last, 46);
        return;
    }
}

void name_offer_line(const struct frame *frame, int i, struct name *best)
{
    int last = i;

    if (token_at(frame, i - 1)->kind != TOKEN_NEWLINE || i == 0 || best->score >= 30)
        return;
    for (; token_at(frame, last)->kind != TOKEN_NEWLINE; last++) {
        const struct token *token = token_at(frame, last);

        if (token->script >= SCRIPT_HAN && token->kind == TOKEN_WORD && token->role != ROLE_NONE)
            return;
        if (token->mark == '*' && last > i && token_at(frame, i)->script == SCRIPT_HANGUL)
            return; /* "김*수": the holder */
        if (token->kind == TOKEN_MONEY || token->kind == TOKEN_DATE || token->kind == TOKEN_MASK ||
            token->kind == TOKEN_LINK || token_punct(frame, last) == ':' ||
            (token->role != ROLE_NONE && token->role != ROLE_CHANNEL &&
             token->role != ROLE_PREPOSITION && token->role != ROLE_TRANSFER && last == i) ||
            token->role == ROLE_BALANCE || token->role == ROLE_YOUR)
            return;
    }
    /* The last line is the bank's own name, but for Korea's, which stand first. */
    if (last > i && (last < frame->count || token_at(frame, i)->script == SCRIPT_HANGUL) &&
        name_has_letters(frame, i, last - 1))
        name_set(frame, best, i, last - 1, 30);
}

/* "card *8815, CORNER CAFE, 12-MAR": all in capitals between commas. */
static void offer_between_commas(const struct frame *frame, int i, struct name *best)
{
    int last = i;

    while (name_is_capital(frame, last + 1) ||
           (last > i && token_digits(frame, last + 1) > 0 &&
            token_digits(frame, last + 1) <= 4) || /* "TINEX 14 SKOPJE" */
           (last > i &&
            (token_digits(frame, last + 1) > 0 || token_punct(frame, last + 1) == '.' ||
             token_punct(frame, last + 1) == '-') &&
            token_glued(frame, last + 1)))
        last++;
    if (last > i && best->score < 24 && name_is_capital(frame, i + 1) &&
        (token_punct(frame, last + 1) == ',' || token_at(frame, last + 1)->kind == TOKEN_NEWLINE ||
         (token_is(frame, last + 1, "on") &&
          token_at(frame, last + 1)->letters == LETTERS_SMALL)) &&
        !name_is_generic(frame, i + 1, last) &&
        (last > i + 1 || token_at(frame, last)->end - token_at(frame, last)->start > 3))
        name_set(frame, best, i + 1, last, 24);
}

void name_offer_holder(const struct frame *frame, int i, struct name *best)
{
    int last = i;

    if (token_punct(frame, i) != '(' || best->score >= 59 ||
        (token_at(frame, i - 1)->kind != TOKEN_MASK && token_digits(frame, i - 1) < 6))
        return;
    while (name_is_capital_word(frame, last + 1) ||
           (last > i && token_punct(frame, last + 1) == '.'))
        last++;
    if (last > i && token_punct(frame, last + 1) == ')' && !name_is_generic(frame, i + 1, last))
        name_set(frame, best, i + 1, last, 59);
}

void name_offer_fact(const struct frame *frame, int i, struct name *best)
{
    char mark = token_punct(frame, i);
    int last = i;

    if (mark == '-' && token_at(frame, i)->space && token_at(frame, i + 1)->space &&
        (token_at(frame, i - 1)->kind == TOKEN_NUMBER ||
         token_at(frame, i - 1)->kind == TOKEN_MASK)) {
        while (name_is_capital(frame, last + 1)) /* "card final 3316 - SHOP SA value 20" */
            last++;
        if (last > i + 1 && best->score < 31 && !name_is_generic(frame, i + 1, last) &&
            (token_at(frame, last + 1)->role == ROLE_AMOUNT ||
             token_at(frame, last + 1)->kind == TOKEN_MONEY))
            name_set(frame, best, i + 1, last, 31);
        return;
    }
    if (mark == ',') {
        offer_between_commas(frame, i, best);
        return;
    }
    if ((mark != '|' && mark != ';') || !name_is_capital_word(frame, i + 1) ||
        token_at(frame, i + 1)->role != ROLE_NONE)
        return;
    for (; token_punct(frame, last + 1) != mark; last++)
        if (token_at(frame, last + 1)->kind == TOKEN_NEWLINE || last - i > 12 ||
            token_punct(frame, last + 1) == ':' || token_at(frame, last + 1)->kind == TOKEN_MONEY)
            return;
    if (best->score < 29 && !name_is_generic(frame, i + 1, last))
        name_set(frame, best, i + 1, last, 29);
}

void name_offer_title(const struct frame *frame, int amount, struct name *best)
{
    int first = 0, last;

    while (token_at(frame, first)->kind == TOKEN_PUNCT && token_punct(frame, first) == '\0')
        first++;
    last = first;
    if (token_at(frame, first)->kind != TOKEN_WORD)
        return;
    for (; token_at(frame, last)->kind != TOKEN_NEWLINE; last++)
        if (last - first > 7 || token_at(frame, last)->kind > TOKEN_CODE ||
            token_at(frame, last)->kind == TOKEN_NUMBER) {
            if (token_punct(frame, last) != ',' && token_punct(frame, last) != '&' &&
                token_punct(frame, last) != '.' && token_punct(frame, last) != '*')
                return;
        } else if (token_at(frame, last)->role != ROLE_NONE &&
                   !(last > first && token_at(frame, last)->role == ROLE_PREPOSITION)) {
            return;
        }
    bool on_next_line = last > first && amount > last;

    for (int k = last + 1; k < amount; k++)
        on_next_line &= token_at(frame, k)->kind != TOKEN_NEWLINE;
    if (on_next_line && name_is_capital_word(frame, first) && best->score < 42 &&
        !name_is_generic(frame, first, last - 1))
        name_set(frame, best, first, last - 1, 42);
}
