#include "imports/names.h"

#include <stdlib.h>

#include "base/mem.h"

void names_fini(struct names *names)
{
    json_decref(names->places);
    free(names->texts);
    *names = (struct names){.places = NULL};
}

size_t names_add(struct names *names, const char *text, bool *added)
{
    size_t n;
    bool is_new = !names_find(names, text, &n);
    if (is_new) {
        if (names->places == NULL)
            names->places = json_object();
        if (names->count == names->room) {
            names->room = names->room * 2 + 64;
            names->texts = xrealloc(names->texts, names->room * sizeof *names->texts);
        }
        n = names->count++;
        names->texts[n] = text;
        json_object_set_new_nocheck(names->places, text, json_integer((json_int_t)n));
    }
    if (added != NULL)
        *added = is_new;
    return n;
}

bool names_find(const struct names *names, const char *text, size_t *n)
{
    const json_t *place = json_object_get(names->places, text);
    *n = (size_t)json_integer_value(place);
    return place != NULL;
}
