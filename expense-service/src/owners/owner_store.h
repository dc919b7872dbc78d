/* owner_store - the people whose ledgers these are, the deleted ones included.
 * Owns: rows of expense.owner; erases all rows of a deleted person.
 * Writers of a person's data enter first: they share-lock the owner's row, so that deletion waits
 * for them and they see that a person is gone. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pg/pg.h"

extern const struct pg_statements owner_statements;

/* Makes owners that are missing, with their default categories. deleted[i] tells of ids[i]; ids may
 * repeat. */
must_check bool owners_enter(struct pg_tx *tx, const char *const ids[], size_t count,
                             bool deleted[], struct err *err);
/* One person, for a request: ERR_UNAUTHORIZED account_deleted when the person is gone. */
must_check bool owner_enter(struct pg_tx *tx, const char *user_id, struct err *err);

struct owner_profile {
    const char *base_currency, *time_zone, *locale; /* locale NULL: not told */
    int64_t month_start;
    int64_t sequence; /* of the event; 0: none */
};
/* A profile older than the one that is known changes nothing; the same one again sets it again. */
must_check bool owner_set_profile(struct pg_tx *tx, const char *user_id,
                                  const struct owner_profile *profile, struct err *err);

/* Leaves the mark that the person is gone. Rows are erased by owner_erase. */
must_check bool owner_mark_deleted(struct pg_tx *tx, const char *user_id, struct err *err);
/* Erases at most limit expenses, and when none are left everything else; *done tells that nothing
 * is left. In steps, since a million rows take longer than a consumer may hold its transaction. */
must_check bool owner_erase(struct pg_tx *tx, const char *user_id, int limit, bool *done,
                            struct err *err);
/* A deleted person whose rows are not erased yet, locked; *found tells whether there is one. */
must_check bool owner_next_to_erase(struct pg_tx *tx, char user_id[static 37], bool *found,
                                    struct err *err);
