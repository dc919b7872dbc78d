#include "imports/names.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { SLOTS_FIRST = 64 };

/* FNV-1a: what a person's own file holds need not be guarded against, and a page bounds the harm.
 */
static size_t hash(const char *text)
{
    uint64_t sum = UINT64_C(14695981039346656037);
    for (; *text != '\0'; text++)
        sum = (sum ^ (unsigned char)*text) * UINT64_C(1099511628211);
    return (size_t)(sum ^ sum >> 32);
}

/* Where it is, or would be. */
static size_t *slot_of(const struct names *names, const char *text)
{
    size_t at = hash(text) & (names->size - 1);
    while (names->slots[at] != 0 && strcmp(names->texts[names->slots[at] - 1], text) != 0)
        at = (at + 1) & (names->size - 1);
    return &names->slots[at];
}

static void grow(struct names *names)
{
    names->size = names->size > 0 ? 2 * names->size : SLOTS_FIRST;
    free(names->slots);
    names->slots = xcalloc(names->size, sizeof *names->slots);
    names->texts = xrealloc(names->texts, names->size / 2 * sizeof *names->texts);
    for (size_t i = 0; i < names->count; i++)
        *slot_of(names, names->texts[i]) = i + 1;
}

void names_fini(struct names *names)
{
    free(names->texts);
    free(names->slots);
    *names = (struct names){.texts = NULL};
}

size_t names_add(struct names *names, const char *text, bool *added)
{
    if (2 * names->count >= names->size)
        grow(names);
    size_t *slot = slot_of(names, text);
    bool is_new = *slot == 0;
    if (is_new) {
        names->texts[names->count++] = text;
        *slot = names->count;
    }
    if (added != NULL)
        *added = is_new;
    return *slot - 1;
}

bool names_find(const struct names *names, const char *text, size_t *n)
{
    size_t slot = names->count > 0 ? *slot_of(names, text) : 0;
    *n = slot - 1;
    return slot > 0;
}
