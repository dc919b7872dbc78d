/* retention - texts older than their owner keeps them lose their words; fingerprint, status and
 * what was read in them stay. Each person is looked at daily, and at once when the preference
 * changes. */
#pragma once
#include "base/step.h"
#include "pg/pg.h"

struct svc;
extern const struct pg_statements retention_statements;
enum step retention_purge(struct svc *svc);
