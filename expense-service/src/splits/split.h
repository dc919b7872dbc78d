/* split - an expense divided over categories, and what of it is another person's share. No I/O.
 * The lines add up to the amount exactly; what is another's is not the owner's spending. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "expenses/expense.h"

enum { SPLITS_MIN = 2, SPLITS_MAX = 50, SPLIT_NOTE_CHARS = 200, SPLIT_NAME_BYTES = 200 };

struct split {
    struct money amount;
    struct ref_input category; /* REF_ABSENT counts as REF_NONE */
    const char *note;          /* empty: none */
    const char *share_of;      /* whose it is; empty: the owner's */
};
struct splits {
    struct split lines[SPLITS_MAX];
    size_t count; /* 0: the expense is not split any more */
};
/* {"splits": [...]} for an expense of this amount. Borrows from the body. */
void splits_read(const json_t *body, const struct money *amount, struct splits *out,
                 struct fields *fields);

/* A line as it is stored: {minor, category_id, category_name, note, share_of}. */
json_t *split_row(const struct split *split, const struct ref *category);
/* Stored lines as people are shown them; NULL gives []. */
json_t *splits_to_json(const json_t *rows, const char *currency);
/* As splits_read takes them, categories by name. */
json_t *splits_to_input(const json_t *rows, const char *currency);
/* Whether stored lines are of this amount; NULL fits any. */
bool splits_fit(const json_t *rows, const struct money *amount);
