#include "expenses/change.h"

#include "base/json_util.h"
#include "base/mem.h"

const char *const change_action_names[] = {"updated", "deleted",  "restored", "confirmed",
                                           "linked",  "unlinked", NULL};

static json_t *member(const json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    return value != NULL ? json_incref(value) : json_null();
}

json_t *change_fields(const json_t *before, const json_t *after, const json_t *changed)
{
    json_t *out = json_object();
    const char *name;
    json_t *origin;
    json_object_foreach((json_t *)(uintptr_t)changed, name, origin)
    {
        json_object_set_new(
            out, name,
            json_pack("{s:o, s:o}", "from", member(before, name), "to", member(after, name)));
    }
    return out;
}
