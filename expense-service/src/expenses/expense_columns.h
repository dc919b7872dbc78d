/* expense_columns - the columns that every statement answering expenses selects, in the order that
 * expense_from_row reads, and the joins they need. The expense is e. */
#pragma once
#include "pg/pg.h"

#define EXPENSE_COLUMNS                                                                            \
    "e.id, e.user_id, e.type, e.direction, e.status, e.source, e.amount_minor, "                   \
    "e.currency, " PG_US(                                                                          \
        "e.occurred_at") ", e.merchant_id, m.name, e.category_id, c.name, e.account_id, a.name, "  \
                         "a.last4, e.note, e.tags, e.origins, e.message_id, "                      \
                         "e.possible_duplicate_of, e.version, " PG_US("e.created_at") ", " PG_US(  \
                             "e.updated_at") ", e.amount_milli, " PG_US("e.deleted_at")
#define EXPENSE_JOINS                                                                              \
    " LEFT JOIN merchant m ON m.user_id = e.user_id AND m.id = e.merchant_id"                      \
    " LEFT JOIN category c ON c.user_id = e.user_id AND c.id = e.category_id"                      \
    " LEFT JOIN account a ON a.user_id = e.user_id AND a.id = e.account_id"
