/* recurring_store - what recurring payments are found in, and those that the person dismissed.
 * Owns: rows of expense.recurring_dismissed. */
#pragma once
#include <stdint.h>

#include "pg/pg.h"

extern const struct pg_statements recurring_statements;

/* Columns of what was entered, by merchant, currency and direction, and of each group by time. */
enum {
    SEEN_MERCHANT,
    SEEN_MERCHANT_NAME,
    SEEN_CURRENCY,
    SEEN_DIRECTION,
    SEEN_CATEGORY, /* may be NULL, as its name */
    SEEN_CATEGORY_NAME,
    SEEN_DAY, /* since 1970, in the person's calendar */
    SEEN_MINOR,
    SEEN_TODAY,
    SEEN_ID,
};
must_check bool recurring_store_seen(struct pg_tx *tx, const char *user_id,
                                     struct pg_result **result, struct err *err);

/* Columns of what was dismissed. */
enum {
    DISMISSED_ID,
    DISMISSED_MERCHANT,
    DISMISSED_CURRENCY,
    DISMISSED_DIRECTION,
    DISMISSED_PERIOD,
    DISMISSED_MINOR
};
must_check bool recurring_store_dismissed(struct pg_tx *tx, const char *user_id,
                                          struct pg_result **result, struct err *err);

struct dismissal {
    const char *merchant_id, *currency, *direction, *period;
    int64_t minor;
};
must_check bool recurring_store_dismiss(struct pg_tx *tx, const char *user_id,
                                        const struct dismissal *dismissal, struct err *err);
/* ids: an array literal. */
must_check bool recurring_store_restore(struct pg_tx *tx, const char *user_id, const char *ids,
                                        struct err *err);
