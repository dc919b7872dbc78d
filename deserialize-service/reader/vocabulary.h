/* vocabulary - the words and phrases that tell what a text is about, each with its role.
 * Rows are kept by script, sorted by their bytes and written as text_fold() leaves them (a test
 * holds both). A phrase matches token by token; dots and hyphens between its words do not count,
 * and the longest phrase wins, so that "credit card" never counts as "credit". */
#pragma once
#include "lexer.h"

enum role {
    ROLE_NONE,
    /* what happened; arg is how strongly the word alone says so, 1..4 */
    ROLE_DEBIT,
    ROLE_CREDIT,
    ROLE_TRANSFER, /* direction from the account's side */
    ROLE_DONE,     /* successful, completed */
    /* what kind of text it is */
    ROLE_FUTURE,
    ROLE_FAILED,
    ROLE_OTP,
    ROLE_SHARE, /* "do not share": a warning, so the word OTP after it means nothing */
    ROLE_PROMOTION,
    ROLE_REQUEST,
    ROLE_REMINDER, /* arg 3: only of what is to come, whatever verb stands beside it */
    ROLE_MANDATE,
    ROLE_STATEMENT, /* arg 2: a list of payments that were told before */
    ROLE_CONDITION, /* if, in case */
    ROLE_NOTICE,    /* balance as of, fee notice, information */
    /* labels of sums */
    ROLE_AMOUNT,
    ROLE_TOTAL,
    ROLE_BALANCE,
    ROLE_LIMIT,
    ROLE_FEE,
    ROLE_OTHER_SUM, /* thresholds, dues, savings: never the amount */
    /* the sides; arg of prepositions is a char naming them; 'p' stands after its name */
    ROLE_PREPOSITION,
    ROLE_MERCHANT, /* label of a name */
    ROLE_INFO,     /* label of free text: remarks, info, description */
    ROLE_ACCOUNT,  /* arg: enum reading_account_type */
    ROLE_YOUR,
    ROLE_OTHER_PARTY, /* beneficiary, sender */
    ROLE_REFERENCE,
    ROLE_DATE,
    ROLE_STOP,        /* ends a name: what follows is something else */
    ROLE_KIND,        /* arg: enum reading_kind */
    ROLE_CHANNEL,     /* arg: enum reading_channel */
    ROLE_NUMBER_WORD, /* no., number, ending with: between a noun and its digits */
};

#define ROLE_BIT(role) (UINT64_C(1) << (role))
#define ROLES_OF_VERBS (ROLE_BIT(ROLE_DEBIT) | ROLE_BIT(ROLE_CREDIT) | ROLE_BIT(ROLE_TRANSFER))

/* The arg of a verb that also tells the kind of event: its strength, and an enum reading_kind. */
#define VERB_STRENGTH 7
#define VERB_KIND_SHIFT 3
#define OF_KIND(strength, kind) ((strength) | READING_##kind << VERB_KIND_SHIFT)

struct phrase {
    const char *text;
    uint8_t role, arg;
};

struct phrase_table {
    const struct phrase *rows;
    size_t count;
};

extern const struct phrase_table vocabulary_latin, vocabulary_world, vocabulary_arabic,
    vocabulary_cyrillic, vocabulary_thai, vocabulary_east, vocabulary_scripts;

/* Gives every token its role; splits runs of Thai, which has no blanks, into the words known. */
void vocabulary_mark(struct frame *frame);
