/* zones - the names of the time zones that this system knows, read once at boot from the list that
 * tzdata installs (tzdata.zi). A name is compared with the list and never becomes a path. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

enum { ZONE_SIZE = 65 };

struct zones {
    char *text;         /* owned: the names, NUL-separated */
    const char **names; /* owned: sorted, into text */
    size_t count;
};
/* ERR_UNAVAILABLE when the file cannot be read or holds no zone. */
must_check bool zones_load(struct zones *zones, const char *path, struct err *err);
/* The same from text in tzdata.zi's form. */
must_check bool zones_parse(struct zones *zones, const char *text, size_t len, struct err *err);
void zones_fini(struct zones *zones);
/* Exact, case-sensitive. */
bool zones_has(const struct zones *zones, const char *name);
