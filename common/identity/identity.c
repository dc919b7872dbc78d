#include "identity/identity.h"

#include <string.h>

bool identity_has_scope(const struct identity *identity, const char *scope)
{
    size_t len = strlen(scope);
    if (len == 0)
        return false;
    for (const char *at = identity->scope; *at != '\0';) {
        size_t word = strcspn(at, " ");
        if (word == len && memcmp(at, scope, len) == 0)
            return true;
        at += word;
        at += strspn(at, " ");
    }
    return false;
}
