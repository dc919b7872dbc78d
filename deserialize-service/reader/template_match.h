/* template_match - templates against the tokens of a text, and what a match settles. For the
 * reader and for what makes templates; daemons hand a template_set to reader_read(). */
#pragma once
#include "grammar.h"
#include "template.h"

#define TEMPLATE_KEY_GAP 2

/* Tokens [first, last] of each slot; -1 where the text has none. */
struct template_match {
    const struct template *template; /* NULL: none matched */
    int16_t first[TEMPLATE_SLOTS], last[TEMPLATE_SLOTS];
};

/* A mark: no word and no number. What it is does not matter to most templates. */
static inline bool template_is_mark(const struct frame *frame, int i)
{
    return frame->tokens[i].kind == TOKEN_PUNCT || frame->tokens[i].kind == TOKEN_NEWLINE;
}

uint32_t template_word_hash(const char *word, size_t len);
/* gap: tokens between the two that are neither words nor marks. */
uint32_t template_pair_key(uint32_t first, uint32_t second, int gap);

/* The whole text is what the template says. */
bool template_fits(const struct frame *frame, const struct template *template,
                   struct template_match *match);
/* The best that fits of a set's templates; false when none does. */
bool template_find(const struct frame *frame, const struct template_set *set,
                   struct template_match *match);

/* Before the other fields are read: class, direction and sums. */
void template_direct(struct frame *frame, const struct template_match *match,
                     struct findings *found, struct reading *out);
/* After the grammar: what the template tells replaces what the grammar found. */
void template_settle(const struct frame *frame, const struct template_match *match,
                     struct findings *found, struct reading *out);
/* How sure a reading is that a template settled, given how sure the grammar was. */
int template_confidence(const struct frame *frame, const struct template_match *match,
                        const struct findings *found, const struct reading *out);

/* The templates of the program, made from deserialize-service/templates/ when it is built. */
extern const struct template_set template_builtin;
