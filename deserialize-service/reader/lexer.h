/* lexer - cuts a folded text into tokens: words, numbers, sums of money, dates, times, masked
 * account numbers, payment addresses, links. Each token has its span in the folded text.
 * Two passes, each linear: lexer_scan() cuts, lexer_combine() joins what belongs together
 * (currency and number, day and month and year, hour and minute). The vocabulary marks words in
 * between, since only then a number after "balance" is known to be money. */
#pragma once
#include <endian.h>
#include <string.h>

#include "lists.h"
#include "text.h"

#define TOKENS_MAX 700 /* what comes after is ignored; a bank text has less than 150 */
#define HEADS_BITS 512

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

/* How the message writes a word. */
enum letters { LETTERS_NONE, LETTERS_SMALL, LETTERS_TITLE, LETTERS_CAPITAL };

struct token {
    uint64_t head;       /* the first bytes as word_head() has them; 0: joined of several tokens */
    uint32_t lists;      /* set of enum word_list */
    uint16_t start, end; /* in text.fold */
    uint16_t entry;      /* of the lexicon, 0: none */
    uint16_t digits;     /* of a number without separators, else 0 */
    uint8_t kind;
    char mark;       /* punctuation of one byte, else 0 */
    uint8_t letters; /* enum letters */
    uint8_t script;  /* of a word */
    bool space;      /* white space or the beginning stands before it */
    int8_t sign;     /* of money: -1, +1, or 0 when none is written */
    /* vocabulary */
    uint8_t role, arg;
    uint8_t event; /* enum reading_kind that a verb tells, READING_PAYMENT when it tells none */
    uint8_t span;  /* tokens of the phrase that begins here */
    bool inside;   /* belongs to a phrase that began before */
    /* grammar */
    bool ends_sentence;
    bool completed;   /* see grammar_completed() */
    uint8_t sum_role; /* see grammar_sum_role() */
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
    struct explanation *why;         /* NULL: nobody asks */
    struct currency_hints *hints;    /* of currency.h */
    uint64_t heads[HEADS_BITS / 64]; /* which heads of words the text has; see frame_may_have() */
    uint64_t roles;                  /* set of ROLE_BIT() of all tokens */
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

/* The questions asked of every token of every text are inline: with a literal word its head is
 * known to the compiler, and nearly all of them are one comparison. */
extern const struct token token_outside;

/* A newline outside the text. */
static inline const struct token *token_at(const struct frame *frame, int i)
{
    return i >= 0 && i < frame->count ? &frame->tokens[i] : &token_outside;
}

#define HEAD_BYTE(i) (len > (i) ? (uint64_t)(unsigned char)word[i] << 8 * (i) : 0)

/* The first eight bytes of a word as one number, zeroes after a shorter one: words of up to eight
 * bytes are compared at once. A constant when the word is one. */
static inline __attribute__((always_inline)) uint64_t word_head(const char *word, size_t len)
{
    /* cppcheck does not see that no byte past the word is read. */
    /* cppcheck-suppress arrayIndexOutOfBounds */
    uint64_t low = HEAD_BYTE(0) | HEAD_BYTE(1) | HEAD_BYTE(2) | HEAD_BYTE(3);
    /* cppcheck-suppress arrayIndexOutOfBounds */
    uint64_t high = HEAD_BYTE(4) | HEAD_BYTE(5) | HEAD_BYTE(6) | HEAD_BYTE(7);

    return low | high;
}

/* The same of bytes that may be read by eights. */
static inline uint64_t text_head(const char *fold, size_t len)
{
    uint64_t head;

    memcpy(&head, fold, sizeof(head));
    head = le64toh(head);
    return len >= sizeof(head) ? head : head & ((UINT64_C(1) << 8 * len) - 1);
}

static inline __attribute__((always_inline)) bool token_is(const struct frame *frame, int i,
                                                           const char *folded)
{
    const struct token *token = token_at(frame, i);
    size_t len = strlen(folded);

    return token->head == word_head(folded, len) &&
           (len < sizeof(token->head) ||
            ((size_t)(token->end - token->start) == len &&
             memcmp(frame->text.fold + token->start, folded, len) == 0));
}

static inline __attribute__((always_inline)) unsigned head_bit(uint64_t head)
{
    return (unsigned)((head * UINT64_C(0x9E3779B97F4A7C15)) >> 55) % HEADS_BITS;
}

/* False: no token is the word, and no search is needed. */
static inline __attribute__((always_inline)) bool frame_may_have(const struct frame *frame,
                                                                 const char *folded)
{
    unsigned bit = head_bit(word_head(folded, strlen(folded)));

    return (frame->heads[bit / 64] >> bit % 64 & 1) != 0;
}

static inline bool token_in(const struct frame *frame, int i, enum word_list list)
{
    return (token_at(frame, i)->lists & (uint32_t)list) != 0;
}

/* The character of a one-byte punctuation token, else 0. */
static inline char token_punct(const struct frame *frame, int i)
{
    return token_at(frame, i)->mark;
}

/* No white space between token i and the one before it. */
static inline bool token_glued(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i), *before = token_at(frame, i - 1);

    return !token->space && before->end == token->start && before->kind != TOKEN_NEWLINE;
}

/* A number without separators: its digits, else 0. */
static inline int token_digits(const struct frame *frame, int i)
{
    const struct token *token = token_at(frame, i);

    return token->kind == TOKEN_NUMBER ? token->digits : 0;
}

int token_value(const struct frame *frame, int i); /* of up to 8 digits, else -1 */
