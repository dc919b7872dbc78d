#include "people/erasure.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "events/events.h"
#include "events/outbox.h"
#include "http/idempotency.h"
#include "people/export.h"

bool erasure_begin(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return idempotency_forget(tx, user_id, err) && export_forget(tx, user_id, err);
}

bool erasure_report(struct pg_tx *tx, const char *user_id, const struct event *cause,
                    struct err *err)
{
    scoped(json_drop) json_t *data = json_pack("{s:o}", "erased_at", json_time(time_now_us()));
    struct outbox_event ev = {.topic = TOPIC_ERASURE,
                              .type = EVENT_USER_ERASED,
                              .user_id = user_id,
                              .subject = user_id,
                              .data = data,
                              .cause = cause};
    return outbox_add(tx, &ev, err);
}
