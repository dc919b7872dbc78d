/* expense_columns - the columns that every statement answering expenses selects, in the order that
 * expense_from_row reads, and the joins they need. The expense is e.
 * Never with FOR UPDATE, and never of what the same statement updates: one that had to wait for
 * another transaction goes on with the row as that left it, beside the names it had found before,
 * and tells an id without its name. Lock first, and read by a second statement. */
#pragma once
#include "pg/pg.h"

enum { EXPENSE_TIME = 8, EXPENSE_MILLI = 24, EXPENSE_COLUMN_COUNT = 28 };

#define EXPENSE_COLUMNS                                                                                    \
    "e.id, e.user_id, e.type, e.direction, e.status, e.source, e.amount_minor, "                           \
    "e.currency, " PG_US(                                                                                  \
        "e.occurred_at") ", e.merchant_id, m.name, e.category_id, c.name, e.account_id, a.name, "          \
                         "a.last4, e.note, e.tags, e.origins, e.message_id, "                              \
                         "e.possible_duplicate_of, e.version, " PG_US("e.created_at") ", " PG_US(          \
                             "e.updated_at") ", e.amount_milli, " PG_US("e.deleted_at") ","                \
                                                                                        " " EXPENSE_SPLITS \
                                                                                        ","                \
                                                                                        " " EXPENSE_BASE
/* With the names of their categories. */
#define EXPENSE_SPLITS                                                                             \
    "CASE WHEN e.splits IS NOT NULL THEN (SELECT jsonb_agg(s || jsonb_build_object("               \
    "'category_name', k.name) ORDER BY n) FROM jsonb_array_elements(e.splits) WITH ORDINALITY"     \
    " AS x (s, n) LEFT JOIN category k ON k.user_id = e.user_id"                                   \
    " AND k.id = (s->>'category_id')::uuid) END"
/* What it is in the person's base currency by the rate of its day, as expense_base_read takes it.
 */
#define EXPENSE_BASE                                                                               \
    "(SELECT o.base_currency || ' ' || base_milli(o.user_id, o.base_currency, o.time_zone,"        \
    " e.currency, e.amount_milli, e.occurred_at) FROM owner o WHERE o.user_id = e.user_id)"
#define EXPENSE_JOINS                                                                              \
    " LEFT JOIN merchant m ON m.user_id = e.user_id AND m.id = e.merchant_id" EXPENSE_OTHER_JOINS
#define EXPENSE_OTHER_JOINS                                                                        \
    " LEFT JOIN category c ON c.user_id = e.user_id AND c.id = e.category_id"                      \
    " LEFT JOIN account a ON a.user_id = e.user_id AND a.id = e.account_id"
