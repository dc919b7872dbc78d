/* sealing - texts that lie in clear, from before they were sealed: each under its owner's key, a
 * batch a transaction, until none is left. */
#pragma once
#include "base/step.h"
#include "pg/pg.h"

struct svc;
extern const struct pg_statements sealing_statements;
enum step texts_seal_rest(struct svc *svc);
