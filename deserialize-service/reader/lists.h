/* lists - words that code asks after by the dozen. Each list is a bit of the token, set when the
 * word is cut, so that asking costs nothing however long the list is. Threads: any. */
#pragma once
#include <stddef.h>

enum word_list {
    LIST_TITLE = 1 << 0,     /* before a dot that ends no sentence: "Mr." */
    LIST_SMALL = 1 << 1,     /* between a label and its number: "is" */
    LIST_ORDINAL = 1 << 2,   /* after a day: "th" */
    LIST_AVAILABLE = 1 << 3, /* alone before a balance */
    LIST_PARTICLE =
        1 << 4,            /* small words that names hold: "BED AND BREAKFAST", "CASA DE LA MODA" */
    LIST_BANKING = 1 << 5, /* of banking, and no name by themselves */
    LIST_ENGLISH_ACCOUNT =
        1 << 6,                 /* nouns of an account; other languages put a shop before theirs */
    LIST_ENGLISH_SIDE = 1 << 7, /* prepositions that are no words of names */
    LIST_ADVICE = 1 << 8,       /* where advice begins: "call …", "thank you for …" */
    LIST_VERB_SIDE = 1 << 9,    /* prepositions that the phrase of a verb ends with: "payment to" */
    LIST_NAMED_ACCOUNT = 1 << 10, /* kinds of accounts: people call only their own so */
    LIST_SPANISH = 1 << 11,
    LIST_FRENCH = 1 << 12,
    /* set by the lexicon, from other tables */
    LIST_NETWORK = 1 << 13,    /* payment networks of one country */
    LIST_MONTH = 1 << 14,      /* in Latin letters */
    LIST_CURRENCY = 1 << 15,   /* a code or a sign by itself */
    LIST_SIGN_BEGIN = 1 << 16, /* begins a sign of several tokens: "us$", "ريال قطري" */
};

/* Folded words, each in one array of its lists. */
struct word_group {
    enum word_list list;
    const char *const *words;
    size_t count;
};

extern const struct word_group word_groups[];
extern const size_t word_group_count;
