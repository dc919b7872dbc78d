/* category_names - what the categories of the default set are called in the languages that we have.
 */
#pragma once
#include <stddef.h>

#include "categories/category_defaults.h"

/* Of category n of category_defaults, for a BCP 47 tag; English where we have not the language. */
const char *category_name_in(const char *locale, size_t n);
/* In each language there is, from 0 on; NULL: no more. */
const char *category_name_nth(size_t language, size_t n);
