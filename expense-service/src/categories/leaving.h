/* leaving - what was in a category that was deleted moves on: the first step in the transaction
 * that deletes it, the others in the background. Each expense's change is told and remembered. */
#pragma once
#include <stdbool.h>

#include "base/step.h"
#include "pg/pg.h"

struct svc;
/* *done: no more are left. The category itself goes in the background, since an expense that was
 * entered meanwhile may still come. */
must_check bool leaving_step(struct pg_tx *tx, const char *user_id, const char *id, bool *done,
                             struct err *err);
/* A step of whoever is next: background work. */
enum step leaving_rest(struct svc *svc);
