/* Exports of one person and one receipt in memory in place of the database. */
#pragma once
#include "exports/export_store.h"
#include "receipts/receipt_store.h"

enum { FAKE_EXPORTS = 8 };

struct fake_exports {
    size_t count;
    struct export rows[FAKE_EXPORTS]; /* oldest first */
    int64_t recent;
    int erased, parts, ends, begun, receipts, notes;
    bool part_known; /* the next part is a repeat */
    bool receipt_there;
    struct receipt receipt;
    char archive[3 * EXPORT_PIECE];
};
extern struct fake_exports fake_exports;
void fake_exports_reset(void);
/* Adds one in this state, with what the services have told. */
struct export *fake_exports_add(const char *id, const char *state, const char *sources);
