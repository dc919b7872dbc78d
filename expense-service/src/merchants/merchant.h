/* merchant - a shop or payer of a person: its names, and the category that what is bought there
 * gets. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "expenses/expense.h"

enum { MERCHANT_ALIASES_MAX = 50 };

/* A merge-patch of a merchant. */
struct merchant_input {
    const char *name; /* NULL: not given */
    struct ref_input category;
    bool apply_to_all; /* the category also to what was bought there before */
};
void merchant_read(const json_t *body, struct merchant_input *out, struct fields *fields);
/* {"name"} of an alias. */
void merchant_read_alias(const json_t *body, const char **name, struct fields *fields);

/* What a correction of the category teaches, by what is known. */
enum lesson {
    LESSON_NONE,     /* the person set one for all, or it is known */
    LESSON_LEARN,    /* nothing was known */
    LESSON_CONFLICT, /* another one was learned before */
    LESSON_SETTLE,   /* the same as before, or that which it conflicts with: no more conflict */
};
struct known_category {
    const char *category_id, *conflict_id; /* NULL: none */
    bool learned;                          /* else set by the person */
};
enum lesson merchant_lesson(const struct known_category *known, const char *category_id);
