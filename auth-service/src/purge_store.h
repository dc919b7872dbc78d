/* purge_store - what its table has no more use for, dropped in small batches. */
#pragma once
#include "pg/pg.h"

/* One batch of a statement that drops at most a batch and takes no parameter; *dropped rows. */
must_check bool purge_store_drop(struct pg_pool *db, const char *statement, size_t *dropped,
                                 struct err *err);
