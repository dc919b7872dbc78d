/* key_events - auth.keys.v1, by which every service learns the keys that verify tokens. */
#pragma once
#include <jansson.h>

#include "base/err.h"
#include "pg/pg.h"

must_check bool key_event_published(struct pg_tx *tx, const json_t *jwk, struct err *err);
must_check bool key_event_retired(struct pg_tx *tx, const char *kid, struct err *err);
