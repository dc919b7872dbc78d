#include "keys/key_events.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "events/events.h"
#include "events/outbox.h"

static bool add(struct pg_tx *tx, const char *type, const char *kid, const json_t *data,
                struct err *err)
{
    return outbox_add(tx,
                      &(struct outbox_event){.topic = TOPIC_KEYS,
                                             .type = type,
                                             .user_id = kid,
                                             .subject = kid,
                                             .data = data,
                                             .keyed = true},
                      err);
}

bool key_event_published(struct pg_tx *tx, const json_t *jwk, struct err *err)
{
    const char *kid = json_string_value(json_object_get(jwk, "kid"));
    scoped(json_drop) json_t *data = json_pack("{s:s, s:O}", "kid", kid, "jwk", jwk);
    return add(tx, EVENT_KEY_PUBLISHED, kid, data, err);
}

bool key_event_retired(struct pg_tx *tx, const char *kid, struct err *err)
{
    scoped(json_drop) json_t *data = json_pack("{s:s}", "kid", kid);
    return add(tx, EVENT_KEY_RETIRED, kid, data, err);
}
