/* expense_edit - one change of one expense, in a transaction: the row is
 * locked, the input read, what it points to is found, and with the row its history and its event
 * are written. PATCH, DELETE and each item of POST /expenses/bulk go this way. */
#pragma once
#include "expenses/change.h"
#include "expenses/expense_store.h"
#include "http/http.h"

/* What the client's references turned out to be; holds the text they borrow. init is { 0 }. */
struct refs {
    struct pg_result *results[3];
};
void refs_fini(struct refs *refs);
/* Resolves merchant, category and account into the expense. Another user's id is as unknown as one
 * that never was. The first that is unknown gives the answer its code, when nothing else is wrong.
 */
must_check bool refs_resolve(struct pg_tx *tx, const struct expense_input *input, struct refs *refs,
                             struct expense *expense, json_t *changed, struct fields *fields,
                             struct err *err);

/* Reads a merge-patch into a locked expense and resolves what it points to; changed gets {field:
 * "user"}. Nothing but a merchant that is new is written. */
must_check bool expense_edit_read(struct pg_tx *tx, const json_t *patch, struct refs *refs,
                                  struct expense *expense, json_t *changed, struct fields *fields,
                                  struct err *err);
/* Stores what changed, with history and event; nothing when changed is empty. before is the
 * expense's JSON before the change. */
must_check bool expense_edit_save(struct pg_tx *tx, const json_t *before, struct expense *expense,
                                  const json_t *changed, const struct change *change,
                                  struct err *err);
must_check bool expense_edit_delete(struct pg_tx *tx, struct expense *expense,
                                    const struct change *change, struct err *err);
must_check bool expense_edit_restore(struct pg_tx *tx, struct expense *expense,
                                     const struct change *change, struct err *err);
