/* assembly - makes the archive of an export once every service has told its last part.
 * One archive at a time in a process, a part and a piece in memory. Who assembles holds a lease on
 * the export, renewed with every piece: of a process that was killed another one takes over after
 * half a minute and begins anew. */
#pragma once
#include <stdatomic.h>
#include <stdbool.h>

#include "pg/pg.h"

extern const struct pg_statements assembly_statements;

/* Makes one, if one is to be made; *found tells whether. Leaves it to another process when stopping
 * becomes true meanwhile. */
must_check bool assembly_run(struct pg_pool *db, const atomic_bool *stopping, bool *found,
                             struct err *err);
