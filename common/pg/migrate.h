/* migrate - forward-only schema changes, embedded in the binary from sql/<schema>/NNN_what.sql.
 * Applied in order, each in a transaction of its own, under an advisory lock, recorded with a
 * checksum in <schema>.schema_migration. Several processes may run it at once. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "pg/pg.h"

struct migration {
    const char *name; /* "backbone/001_init.sql", "expense/001_init.sql" */
    const char *sql;
};
/* Made from the files by common.mk for a service's Makefile that sets MIGRATIONS. */
extern const struct migration service_migrations[];
extern const size_t service_migration_count;

/* ERR_CONFLICT when an applied file has changed. *applied is how many were new. */
must_check bool migrate_run(struct pg_pool *pool, const struct migration *rows, size_t count,
                            size_t *applied, struct err *err);
/* ERR_UNAVAILABLE when one is missing ("run migrate"); ERR_CONFLICT when one has changed. */
must_check bool migrate_check(struct pg_pool *pool, const struct migration *rows, size_t count,
                              struct err *err);
