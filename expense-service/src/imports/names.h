/* names - texts, each kept once and known by its number, in the order they came. Not thread-safe.
 */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Texts are borrowed. Zero-initialise; end with names_fini. */
struct names {
    const char **texts;
    size_t count, room;
    json_t *places; /* each text's number */
};
void names_fini(struct names *names);
/* *added (may be NULL) tells whether it is new. */
size_t names_add(struct names *names, const char *text, bool *added);
/* *n is its number. */
bool names_find(const struct names *names, const char *text, size_t *n);
