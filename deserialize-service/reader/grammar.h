/* grammar - weighs the readings of a marked text: which sum was moved, which way, on which
 * account. Every candidate is scored by closeness, order and agreement; none wins for being first.
 */
#pragma once
#include "explain.h"
#include "vocabulary.h"

/* What the sums and verbs of a text come to; indexes are tokens, -1 for none. */
struct findings {
    int amount, balance, limit, fee, converted;
    int verb;          /* the one that gives the direction */
    int verb_strength; /* 0..4, of completed verbs only */
    bool done;         /* "successful", "processed" */
    bool verb_future;
    int account; /* token with the digits, -1 */
    int account_noun;
    int second; /* the digits of another account that the text names */
    int reference, reference_end;
    int merchant, merchant_end; /* where the name stands */
    int merchant_score;
    int account_score;
    int date; /* the one that occurred_at is taken from */
    int sums; /* candidates for the amount */
    int direction_margin;
};

void grammar_read(const struct frame *frame, struct findings *found, struct reading *out);
/* Chooses the sums; then, with the direction known, writes them out. */
void sums_find(const struct frame *frame, struct findings *found);
void sums_take(const struct frame *frame, const struct findings *found, struct reading *out);

/* From the text to tokens with their roles, and with what the grammar asks of each of them. The
 * frame keeps in. */
void frame_read(struct frame *frame, const struct reader_input *in);
/* Again what depends on the kinds of tokens, after a number became a sum. */
void frame_weigh(struct frame *frame);

/* The role of the sum at token i: ROLE_BALANCE, ROLE_LIMIT, ROLE_FEE, ROLE_TOTAL, ROLE_AMOUNT,
 * ROLE_OTHER_SUM or ROLE_NONE. */
static inline enum role grammar_sum_role(const struct frame *frame, int i)
{
    return (enum role)frame->tokens[i].sum_role;
}

/* A full stop, or a line's end. */
static inline bool grammar_sentence_end(const struct frame *frame, int i)
{
    return token_at(frame, i)->ends_sentence;
}

/* A verb of money moved, neither announced ("will be") nor conditional. */
static inline bool grammar_completed(const struct frame *frame, int i)
{
    return frame->tokens[i].completed;
}

/* A completed verb of money that left stands before token i. */
bool grammar_verb_before(const struct frame *frame, int i);
/* The bracket that is still open at token i, at most so many tokens before it; -1: none. */
int grammar_bracket_before(const struct frame *frame, int i, int reach);

static inline bool frame_has_role(const struct frame *frame, enum role role)
{
    return (frame->roles & ROLE_BIT(role)) != 0;
}

/* The two above from their grounds, for frame_weigh(); verb_completed() of verbs only. */
enum role sums_role(const struct frame *frame, int i);
bool verb_completed(const struct frame *frame, int i);
/* "will be", "shall" governs the verb at token i. */
bool verb_after_future(const struct frame *frame, int i);
/* That, or the noun's own verb comes later: "Debit order of 599 … will be collected". */
bool verb_announced(const struct frame *frame, int i);
/* "if", "in case" opens the clause that token i is in. */
bool grammar_conditional(const struct frame *frame, int i);

/* The bytes of the message from one token to another; none for -1. */
struct reading_span frame_span(const struct frame *frame, int first, int last);
/* Keeps a candidate for reader_explain(); nothing when nobody asks. */
void explain_note(const struct frame *frame, enum reading_field field, int first, int last,
                  int score, const char *means);
void explain_finish(struct explanation *why, const struct reading *reading);
/* How sure class, amount and direction are together; then, from that, each field by itself. */
void sure_read(const struct frame *frame, const struct findings *found, struct reading *out);
void sure_of_fields(const struct findings *found, struct reading *out);
/* Where each finding stands, for people who ask why. */
void spans_read_class(const struct frame *frame, const struct findings *found, struct reading *out);
void spans_read(const struct frame *frame, const struct findings *found, struct reading *out);
void account_read(const struct frame *frame, struct findings *found, struct reading *out);
void merchant_read(const struct frame *frame, struct findings *found, struct reading *out);
/* The name is what stands in these tokens. */
void merchant_take(const struct frame *frame, int first, int last, struct findings *found,
                   struct reading *out);
void reference_read(const struct frame *frame, struct findings *found, struct reading *out);
void kind_read(const struct frame *frame, const struct findings *found, struct reading *out);
/* From one account of the person to another. */
bool kind_is_own_transfer(const struct frame *frame, const struct findings *found);
enum reading_class classify(const struct frame *frame, const struct findings *found);
/* Copies the span of the message between two tokens, spaces folded and trimmed. */
void frame_copy(const struct frame *frame, int first, int last, char *out, size_t size);
