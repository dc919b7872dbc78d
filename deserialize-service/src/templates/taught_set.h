/* taught_set - the templates that people taught, compiled for a batch of texts. Read anew for each
 * batch: a template counts from the moment that it is taught, in every replica, and people have
 * few, so that a cache would save less than it would have to be told. */
#pragma once
#include "base/err.h"
#include "pg/pg.h"
#include "reader/template.h"

struct taught_sets;

/* Those of these people (at most TAUGHT_MAX each), and the shared ones. The caller frees them with
 * taught_sets_drop(); templates borrow from them. */
must_check bool taught_sets_load(struct pg_tx *tx, const char *const user_ids[], size_t count,
                                 struct taught_sets **out, struct err *err);
void taught_sets_drop(struct taught_sets **sets);
/* For reader_input: NULL when there are none. */
const struct template_set *taught_sets_own(const struct taught_sets *sets, const char *user_id);
const struct template_set *taught_sets_shared(const struct taught_sets *sets);
