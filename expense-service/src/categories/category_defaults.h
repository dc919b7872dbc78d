/* category_defaults - the set of categories that each person begins with. The keys are stable:
 * the categoriser and clients go by them, whatever a person renames. */
#pragma once
#include <stddef.h>

struct category_default {
    const char *key, *name, *icon, *colour;
};
extern const struct category_default category_defaults[];
extern const size_t category_default_count;
