#include "live/telling.h"

#include <stdio.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "events/events.h"
#include "events/outbox.h"

bool tell_change(struct pg_tx *tx, const struct told *told, struct err *err)
{
    char name[40];
    snprintf(name, sizeof name, "%.*s_id", (int)strcspn(told->type, "."), told->type);
    scoped(json_drop) json_t *data =
        json_pack("{s:s, s:s}", "user_id", told->user_id, name, told->id);
    if (told->version > 0)
        json_object_set_new(data, "version", json_integer((json_int_t)told->version));
    if (told->snapshot != NULL)
        json_object_set(data, "snapshot", (json_t *)(uintptr_t)told->snapshot);
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_EXPENSE,
                                             .type = told->type,
                                             .user_id = told->user_id,
                                             .subject = told->id,
                                             .data = data},
                      err);
}
