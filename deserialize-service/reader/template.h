/* template - exact formats of banks, as data: words that must stand so, and typed slots between
 * them, matched against the whole of a text's tokens. A template sharpens the grammar and never
 * replaces it: what it does not tell, the grammar tells.
 *
 *     {amount} spent on card {account} at {merchant}[ on {date}]. {any}
 *
 * Slots   amount fee balance limit  a sum · account  its digits, masked or not · merchant  a name
 *         ref  a reference · date time · code  any number, code, link or address · any  whatever
 *         comes · [ … ]  may be missing. amount to time stand once each.
 * Words are compared folded (text.h); marks count only between two slots of which one has no fixed
 * length, so that a bank may change its full stops.
 * Time of a match: the text's tokens times the loops of the pattern, of which there are few: it
 * walks once back and once forth over sets of positions kept as bits, and never tries again. Which
 * of many templates may match is looked up by a pair of words, so their number costs nothing.
 * Owns: nothing; no heap. Threads: any, on templates that do not change. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"

enum {
    TEMPLATE_PATTERN_MAX = 1000, /* bytes as written */
    TEMPLATE_ELEMENTS_MAX = 63,  /* words and slots; each is a bit, and one stands for the end */
    TEMPLATE_WORDS_SIZE = 480,   /* bytes of all words */
    TEMPLATE_GROUPS_MAX = 8,
    TEMPLATE_OPEN_MAX = 5,    /* slots without a fixed length */
    TEMPLATE_WORDS_MIN = 3,   /* words that must be there: fewer would match anything */
    TEMPLATE_SAYS_SIZE = 160, /* of a meaning in words */
    TEMPLATE_TRIES = 16,      /* templates compared with one text at most */
    TEMPLATE_NAME_WORDS = 14, /* tokens of a merchant */
};

enum template_slot {
    SLOT_AMOUNT,
    SLOT_FEE,
    SLOT_BALANCE,
    SLOT_LIMIT,
    SLOT_ACCOUNT,
    SLOT_MERCHANT,
    SLOT_REF,
    SLOT_DATE,
    SLOT_TIME,
    SLOT_CODE,
    SLOT_ANY,
    TEMPLATE_SLOTS,
    TEMPLATE_WORD = TEMPLATE_SLOTS,
};

struct template_element {
    uint8_t slot; /* or TEMPLATE_WORD */
    uint8_t len;  /* of the word */
    uint16_t at;  /* of the word, in words */
};

/* What the format says whatever stands in the slots. */
struct template_meaning {
    uint8_t class;     /* enum reading_class */
    uint8_t direction; /* READING_NO_DIRECTION: the grammar's */
    uint8_t channel;   /* READING_NO_CHANNEL: the grammar's */
    uint8_t account_type;
    uint8_t kind; /* only with tells_kind */
    bool tells_kind;
    bool overrules; /* is a payment even where the grammar reads a code, a request, a failure, … */
    /* Of a sum without one, or with a sign that several share; empty: the grammar's. */
    char currency[CURRENCY_SIZE];
};

struct template
{
    char name[READER_TEMPLATE_SIZE];
    const char *bank;     /* borrowed; NULL when none is named */
    const char *merchant; /* borrowed; who is paid in this format, NULL: the slot, or the grammar */
    struct template_meaning means;
    uint8_t count, group_count, word_count; /* word_count: words outside groups */
    struct {
        uint8_t begin, end;
    } groups[TEMPLATE_GROUPS_MAX];        /* elements [begin, end) may be missing */
    uint64_t of_slot[TEMPLATE_SLOTS + 1]; /* bit i: element i is of that kind */
    uint32_t key;                         /* of two neighbouring words that are always there */
    struct template_element elements[TEMPLATE_ELEMENTS_MAX];
    char words[TEMPLATE_WORDS_SIZE];
};

/* Templates by their key: slots[key & mask] and on is 1 + a row, 0 ends. mask + 1 is a power of two
 * above count. */
struct template_set {
    const struct template *rows;
    size_t count;
    const uint16_t *slots;
    uint32_t mask;
};

/* Why a pattern is none: code is stable snake_case, detail a line for people. */
struct template_fault {
    const char *code;
    char detail[160];
};

/* Compiles a pattern; name, bank, merchant and meaning are the caller's to set. False with *fault:
 * pattern_syntax, too_long, unknown_slot, repeated_slot, ambiguous (two slots of no fixed length
 * side by side), too_costly (too many of those), too_general (matches nearly everything). */
bool template_compile(const char *pattern, size_t len, struct template *out,
                      struct template_fault *fault);
/* The parts of a meaning that need each other: a payment has {amount}. */
bool template_meaning_check(const struct template *template, struct template_fault *fault);
/* "transaction debit kind=purchase channel=upi account=bank_account currency=INR overrules": class
 * and direction by their names, the rest by name and value; what is not said is the grammar's. */
bool template_meaning_parse(const char *words, struct template_meaning *out,
                            struct template_fault *fault);
/* The same words again. */
void template_meaning_format(const struct template_meaning *means,
                             char out[static TEMPLATE_SAYS_SIZE]);
/* Fills slots, which have room for mask + 1 entries, with the places of rows. */
void template_index(const struct template *rows, size_t count, uint16_t *slots, uint32_t mask);

/* A text that both match may exist. */
bool template_overlap(const struct template *a, const struct template *b);
bool template_means_same(const struct template *a, const struct template *b);
/* a is preferred to b where both match: it has more words, then fewer open slots. */
bool template_before(const struct template *a, const struct template *b);

const char *template_slot_name(enum template_slot slot);
/* TEMPLATE_SLOTS when it names none. */
enum template_slot template_slot_of(const char *name, size_t len);
