/* ruling - the rules of a person put to expenses: new ones, all there are, or as a trial. */
#pragma once
#include "base/step.h"
#include "rules/rule_store.h"

struct svc;
/* The rules of one person, with what their actions name looked up when it is first needed. */
struct ruling {
    struct pg_result *rows; /* owned: the rules' text */
    struct rule rules[RULES_MAX];
    struct rule_refs refs[RULES_MAX];
    struct pg_result *found[RULES_MAX][2]; /* owned: the refs' text */
    bool looked_up[RULES_MAX];
    size_t count;
};
void ruling_drop(struct ruling **ruling);
/* Those that are enabled, or (rule_id not NULL) this one whatever it is. ERR_NOT_FOUND. */
must_check bool ruling_load(struct pg_tx *tx, const char *user_id, const char *rule_id,
                            struct ruling **out, struct err *err);
/* expenses: in the columns of rule_store.h, locked. *changed: how many were. shown (may be NULL):
 * nothing is written, but gets [{expense, would}] of the first SHOWN_MAX that would change. */
enum { RULING_SHOWN_MAX = 50 };
must_check bool ruling_run(struct pg_tx *tx, const char *user_id, struct ruling *ruling,
                           const struct pg_result *expenses, size_t *changed, json_t *shown,
                           struct err *err);
/* What was entered just now in this transaction; user_ids[i] has ids[i]. *changed: how many were.
 */
must_check bool ruling_entered(struct pg_tx *tx, const char *const user_ids[],
                               const char *const ids[], size_t count, size_t *changed,
                               struct err *err);
/* Background work: rules over what was entered before. */
enum step rules_work(struct svc *svc);
