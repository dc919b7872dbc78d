/* followers - what else points to a category that goes: the categories below it, merchants and
 * budgets. They follow it in the transaction that deletes it, and each is told as if changed alone.
 * Owns: with category_store, merchant_store and budget_store, their rows. */
#pragma once
#include "pg/pg.h"

extern const struct pg_statements follower_statements;

/* The categories below go to parent_id, merchants and budgets to moved_to (either NULL: to none, in
 * which case a budget goes with its category: there is nothing left to count). Those that changed
 * are told on expense.v1, with what they are now. */
must_check bool followers_move(struct pg_tx *tx, const char *user_id, const char *id,
                               const char *parent_id, const char *moved_to, struct err *err);
