/* reparsed_store - the expense of a text that was read again.
 * Owns, with parsed_store: the columns that the reader alone sets. */
#pragma once
#include "expenses/expense_store.h"
#include "expenses/parsed.h"

extern const struct pg_statements reparsed_statements;

/* The text's expense, in the trash or not, locked; *found false: it has none. */
struct reparsed_row {
    struct expense_row row;
    bool purged;
    int64_t revision;
};
must_check bool reparsed_store_lock(struct pg_tx *tx, const char *user_id, const char *message_id,
                                    struct reparsed_row *out, bool *found, struct err *err);
/* What the text points to, made where it is new. All borrow from *result. */
struct reparsed_refs {
    struct ref merchant, category, account;
    const char *last4;
};
must_check bool reparsed_store_refs(struct pg_tx *tx, const struct parsed *parsed,
                                    struct pg_result **result, struct reparsed_refs *out,
                                    struct err *err);
/* What the reader told besides the fields that people see. */
must_check bool reparsed_store_set(struct pg_tx *tx, const char *expense_id,
                                   const struct parsed *parsed, struct err *err);
/* The revision alone. */
must_check bool reparsed_store_seen(struct pg_tx *tx, const char *user_id, const char *message_id,
                                    int64_t revision, struct err *err);
