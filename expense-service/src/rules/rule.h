/* rule - if an expense looks so, do that with it. No I/O; time linear in the rule and the texts.
 *
 * conditions: {"all": [...]}, {"any": [...]}, {"not": {...}}, or
 *   {"field": merchant, merchant_raw, note, tag, category, account, amount, currency, direction,
 * type, source, channel, class, weekday (1 Monday to 7), day, "is": …} with one of is, is_not,
 * contains, starts_with, ends_with, one_of, above, below, exists. Texts compare without regard to
 * case; category and account by id; above and below go with amount, weekday and day. actions:
 * {category, merchant, note, status, add_tags, remove_tags}; a field is set only where nobody above
 * a rule set it (expenses/origin.h). */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "expenses/expense.h"

enum {
    RULES_MAX = 200,
    RULE_NAME_BYTES = 200,
    RULE_CONDITIONS_MAX = 50,
    RULE_DEPTH_MAX = 5,
    RULE_TEXT_BYTES = 500,
    RULE_LIST_MAX = 50,
};

struct rule {
    const char *id, *name;
    bool enabled, stop;
    int64_t position, version;
    json_t *conditions, *actions; /* owned */
};
void rule_fini(struct rule *rule);
/* Reads a creating POST, or a merge-patch into what there is. Ids in it are for the caller to look
 * up (rule_ids). match_all: true must be said for conditions that everything fits. */
void rule_read(const json_t *body, enum expense_input_kind kind, struct rule *rule,
               struct fields *fields);
/* Each id that the rule names, with the pointer to it and what it is ("category" or "account"). */
void rule_ids(const struct rule *rule,
              void (*see)(void *arg, const char *what, const char *id, const char *pointer),
              void *arg);
json_t *rule_to_json(const struct rule *rule);

/* What conditions look at besides the expense itself; text may be NULL. */
struct rule_subject {
    const struct expense *expense;
    const char *merchant_raw, *channel, *class;
    int weekday, day; /* in the person's zone */
};
bool rule_matches(const json_t *conditions, const struct rule_subject *subject);
/* The names that actions point to, found before. */
struct rule_refs {
    struct ref category, merchant; /* id NULL: the action is not there, or what it names is gone */
};
/* Does what the actions say; changed gets {field: "rule"} of what is another than before. Texts are
 * borrowed from the rule. */
void rule_act(const json_t *actions, const struct rule_refs *refs, struct expense *expense,
              json_t *changed);
