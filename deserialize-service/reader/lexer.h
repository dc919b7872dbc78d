/* lexer - cuts a folded text into tokens: words, numbers, sums of money, dates, times, masked
 * account numbers, payment addresses, links. Each token has its span in the folded text.
 * Two passes, each linear: lexer_scan() cuts, lexer_combine() joins what belongs together
 * (currency and number, day and month and year, hour and minute). The vocabulary marks words in
 * between, since only then a number after "balance" is known to be money. */
#pragma once
#include <string.h>

#include "text.h"

#define TOKENS_MAX 700 /* what comes after is ignored; a bank text has less than 150 */

enum token_kind {
    TOKEN_WORD,
    TOKEN_NUMBER, /* digits with their separators */
    TOKEN_CODE,   /* letters and digits in one: a reference, an IFSC */
    TOKEN_MASK,   /* a number partly hidden: XX1234, **500, 0417*310, or all hidden */
    TOKEN_MONEY,
    TOKEN_DATE,
    TOKEN_TIME,
    TOKEN_ADDRESS, /* name@handle */
    TOKEN_LINK,
    TOKEN_PUNCT,
    TOKEN_NEWLINE,
};

struct token {
    uint16_t start, end; /* in text.fold */
    uint8_t kind;
    uint8_t script; /* of a word */
    bool space;     /* white space or the beginning stands before it */
    int8_t sign;    /* of money: -1, +1, or 0 when none is written */
    /* vocabulary */
    uint8_t role, arg;
    uint8_t event; /* enum reading_kind that a verb tells, READING_PAYMENT when it tells none */
    uint8_t span;  /* tokens of the phrase that begins here */
    bool inside;   /* belongs to a phrase that began before */
    /* money */
    int16_t currency; /* index into the currency table, -1: bare number */
    uint16_t number, number_end;
    /* date: year 0 when not told; time: seconds of the day */
    int16_t year;
    int8_t month, day;
    bool numeric;   /* all digits, so that day and month may be swapped */
    int8_t part[3]; /* the three numbers of a numeric date as written */
    int32_t seconds;
};

struct explanation;

struct frame {
    const struct reader_input *in;
    struct explanation *why; /* NULL: nobody asks */
    const char *network;     /* currency of the payment network that is named; NULL: none */
    const char *home;        /* currency of the sender's country; NULL: not known */
    struct text text;
    int count;
    struct token tokens[TOKENS_MAX];
};

void lexer_scan(struct frame *frame);
void lexer_combine(struct frame *frame);
/* After the vocabulary: bare numbers that a label or their form shows to be money. */
void lexer_promote_numbers(struct frame *frame);

/* Dates and times, for lexer_combine(). Returns how many tokens from i on make one, 0 for none. */
int lexer_date(const struct frame *frame, int i, struct token *out);
int lexer_time(const struct frame *frame, int i, struct token *out);

/* The questions asked of every token of every text are inline: with a literal word the length is
 * known to the compiler, and nearly all of them end there. */
extern const struct token token_outside;

/* A newline outside the text. */
static inline const struct token *token_at(const struct frame *frame, int i)
{
    return i >= 0 && i < frame->count ? &frame->tokens[i] : &token_outside;
}

static inline bool token_is(const struct frame *frame, int i, const char *folded)
{
    const struct token *token = token_at(frame, i);

    if (frame->text.fold[token->start] != folded[0])
        return false;
    size_t len = strlen(folded);

    return (size_t)(token->end - token->start) == len &&
           memcmp(frame->text.fold + token->start, folded, len) == 0;
}

/* The character of a one-byte punctuation token, else 0. */
static inline char token_punct(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    return token->kind == TOKEN_PUNCT && token->end - token->start == 1
               ? frame->text.fold[token->start]
               : '\0';
}

/* No white space between token i and the one before it. */
bool token_glued(const struct frame *frame, int i);
/* A number without separators: its digits, else 0. */
int token_digits(const struct frame *frame, int i);
int token_value(const struct frame *frame, int i); /* of up to 8 digits, else -1 */
