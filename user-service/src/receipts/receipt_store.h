/* receipt_store - what is kept of deleted people: that they were deleted, and who has told that
 * nothing of them is left. Kept under the SHA-256 of the user id, not the id: an operator who is
 * asked about an id finds it, and nobody gets from the table to an id, 74 bits of which are chance.
 * Owns: rows of users.receipt and receipt_service. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "pg/pg.h"

enum { RECEIPT_SERVICES_MAX = 8 };
struct receipt {
    int64_t deleted_us;
    size_t count;
    struct {
        char service[32];
        int64_t erased_us;
    } services[RECEIPT_SERVICES_MAX];
};

extern const struct pg_statements receipt_statements;

must_check bool receipt_store_add(struct pg_tx *tx, const char *user_id, struct err *err);
must_check bool receipt_store_note(struct pg_tx *tx, const char *user_id, const char *service,
                                   int64_t erased_us, struct err *err);
must_check bool receipt_store_find(struct pg_pool *db, const char *user_id, struct receipt *out,
                                   bool *found, struct err *err);
