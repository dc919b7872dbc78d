#include "expenses/origin.h"

#include <string.h>

#include "base/mem.h"

const char *const origin_names[] = {"parser", "learned", "rule", "user", NULL};

bool origin_may_set(const json_t *origins, const char *field, enum origin by)
{
    const char *name = json_string_value(json_object_get(origins, field));
    for (int i = ORIGIN_PARSER; name != NULL && i <= ORIGIN_USER; i++)
        if (strcmp(name, origin_names[i]) == 0)
            return (int)by >= i;
    return true;
}
