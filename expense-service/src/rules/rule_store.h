/* rule_store - rules, the jobs that run them over what was entered before, and the expenses they
 * look at. Owns: rows of rule and rule_job. */
#pragma once
#include "pg/pg.h"
#include "rules/rule.h"

extern const struct pg_statements rule_statements;

/* All of a person in their order, or (id not NULL) one. Rows for rule_from_row. */
must_check bool rule_store_list(struct pg_tx *tx, const char *user_id, const char *id,
                                bool enabled_only, struct pg_result **result, struct err *err);
must_check bool rule_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                                struct pg_result **result, struct err *err);
/* Text is borrowed from the result, trees are the rule's. *broken: what it sets is gone. */
void rule_from_row(const struct pg_result *result, size_t row, struct rule *out, bool *broken);
/* position below 0: behind the others. ERR_CONFLICT too_many_rules. */
must_check bool rule_store_add(struct pg_tx *tx, const char *user_id, struct rule *rule,
                               struct err *err);
must_check bool rule_store_save(struct pg_tx *tx, const char *user_id, struct rule *rule,
                                struct err *err);
must_check bool rule_store_delete(struct pg_tx *tx, const char *user_id, const char *id,
                                  struct err *err);
/* Which of these people have a rule that is enabled: one column, each once. */
must_check bool rule_store_who(struct pg_tx *tx, const char *const user_ids[], size_t count,
                               struct pg_result **result, struct err *err);

/* Expenses in EXPENSE_COLUMNS and what else conditions look at. */
enum rule_column { RULE_MERCHANT_RAW, RULE_CHANNEL, RULE_CLASS, RULE_WEEKDAY, RULE_DAY };
/* Those of these ids, which the transaction made itself or has locked. */
must_check bool rule_store_expenses(struct pg_tx *tx, const char *user_id, const char *const ids[],
                                    size_t count, struct pg_result **result, struct err *err);
/* The latest, not locked: for a trial. */
must_check bool rule_store_latest(struct pg_tx *tx, const char *user_id, int limit,
                                  struct pg_result **result, struct err *err);
/* A page by id, locked. */
must_check bool rule_store_page(struct pg_tx *tx, const char *user_id, const char *after, int limit,
                                struct pg_result **result, struct err *err);

/* An expense that rules changed, and the last of them that did. */
struct ruled {
    struct expense *expense;
    json_t *changes; /* {field: {from, to}} */
    const char *rule_id;
    char *tags, *origins; /* owned: of the expense, as text, once it is written */
};
/* Writes locked rows and their history; moves the versions on. */
must_check bool rule_store_write(struct pg_tx *tx, const char *user_id, struct ruled rows[],
                                 size_t count, struct err *err);

/* *added false: one of theirs runs. rule_id NULL: all. */
must_check bool rule_store_begin(struct pg_tx *tx, const char *user_id, const char *id,
                                 const char *rule_id, bool *added, struct err *err);
must_check bool rule_store_job(struct pg_pool *db, const char *user_id, const char *id,
                               struct pg_result **result, struct err *err);
json_t *rule_job_json(const struct pg_result *result, size_t row);
must_check bool rule_store_cancel(struct pg_pool *db, const char *user_id, const char *id,
                                  bool *found, struct err *err);
/* Columns: user, id, rule, after; locked. */
must_check bool rule_store_next(struct pg_tx *tx, struct pg_result **result, struct err *err);
must_check bool rule_store_move(struct pg_tx *tx, const struct pg_result *job, const char *after,
                                size_t looked, size_t changed, bool done, struct err *err);
