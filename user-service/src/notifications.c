#include "notifications.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

/* By bit, as stored and in JSON. */
static const char *const names[] = {"budgets", "missing_payments", "review", "weekly_summary",
                                    NULL};
enum { COUNT = LENGTH(names) - 1 };

void notifications_format(unsigned on, char out[static NOTIFY_TEXT_SIZE])
{
    size_t n = 0;
    out[0] = '\0';
    for (size_t i = 0; i < COUNT; i++)
        if (on & (1u << i))
            n +=
                (size_t)snprintf(out + n, NOTIFY_TEXT_SIZE - n, "%s%s", n > 0 ? " " : "", names[i]);
}

unsigned notifications_parse(const char *text)
{
    unsigned on = 0;
    if (text == NULL)
        return NOTIFY_DEFAULT;
    for (const char *at = text; *at != '\0'; at += strspn(at, " ")) {
        size_t len = strcspn(at, " ");
        for (size_t i = 0; i < COUNT; i++)
            if (strlen(names[i]) == len && memcmp(at, names[i], len) == 0)
                on |= 1u << i;
        at += len;
    }
    return on;
}

void notifications_patch(unsigned *on, const json_t *object, const char *prefix,
                         struct fields *fields)
{
    struct json_reader reader = {.object = object, .prefix = prefix, .fields = fields};
    json_read_known(&reader, names);
    for (size_t i = 0; i < COUNT; i++) {
        unsigned bit = 1u << i;
        bool wanted = (NOTIFY_DEFAULT & bit) != 0;
        if (json_is_null(json_object_get(object, names[i])) ||
            json_read_bool(&reader, names[i], JSON_OPTIONAL, &wanted))
            *on = wanted ? *on | bit : *on & ~bit;
    }
}

json_t *notifications_to_json(unsigned on)
{
    json_t *object = json_object();
    for (size_t i = 0; i < COUNT; i++)
        json_object_set_new(object, names[i], json_boolean(on & (1u << i)));
    return object;
}
