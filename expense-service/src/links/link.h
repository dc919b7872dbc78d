/* link - two expenses that belong together: what may be linked, what a link changes and how both
 * become again what they were. No I/O.
 * transfer   both legs become transfers, which are in no sum
 * reversal   so do the purchase and what took it back
 * refund     the credit becomes a refund in the purchase's category: it lessens what was spent
 * there duplicate  the second is hidden, and fills what the first lacks Roles: first is the debit,
 * or what is kept; second the credit, or the duplicate. An expense has one role that changes it;
 * refunds of one purchase and duplicates of one expense may be many. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "expenses/expense.h"

enum link_kind { LINK_TRANSFER, LINK_REFUND, LINK_REVERSAL, LINK_DUPLICATE };
extern const char *const link_kind_names[]; /* in that order, NULL-terminated */
enum { LINKS_PER_EXPENSE_MAX = 100 };

/* One of the two, locked. state is what a link may change: {type, status, merchant, category,
 * account, note, tags, reference, balance, limit, deleted, merged_into, origins}, with ids where
 * there are names; owned. */
struct link_side {
    struct expense expense;
    json_t *state;
};
void link_side_fini(struct link_side *side);

/* What a client asks for. sent and received are told with a transfer between currencies or of
 * unequal amounts, as a sign that this is meant. */
struct link_input {
    enum link_kind kind;
    bool has_sent, has_received;
    struct money sent, received;
};
void link_input_read(const json_t *body, struct link_input *out, struct fields *fields);

/* Whether a and b must change places to be first and second. */
bool link_swaps(enum link_kind kind, const struct expense *a, const struct expense *b);
/* ERR_INVALID with a name when these two cannot be such a link. */
must_check bool link_fits(const struct link_input *input, const struct link_side *first,
                          const struct link_side *second, struct err *err);

/* How often an expense is in a role already. */
struct link_roles {
    int transfers, reversals; /* in either role */
    int refunds, refunded;    /* as the refund; as the purchase */
    int duplicates, kept;     /* as the duplicate; as what was kept */
    int64_t refunded_minor;   /* what its refunds add up to */
};
bool link_roles_any(const struct link_roles *roles);
/* ERR_CONFLICT "has_links", ERR_INVALID "refund_too_large". */
must_check bool link_free(enum link_kind kind, const struct link_roles *first,
                          const struct link_roles *second, const struct money *purchase,
                          const struct money *refund, struct err *err);

/* {field: value} that each side gets; owned by the caller. now: RFC 3339. */
void link_plan(enum link_kind kind, const struct link_side *first, const struct link_side *second,
               const char *now, json_t **first_gets, json_t **second_gets);
/* Puts the fields into side->state, their origin into its origins; what was is the result:
 * {field: {from, to, origin}}, the caller's. */
json_t *link_apply(struct link_side *side, const json_t *gets, const char *origin);
/* Puts back what link_apply told, but for what was changed since: edited is an object with the
 * names of those fields. */
void link_revert(struct link_side *side, const json_t *undo, const json_t *edited);
/* {field: origin} of the fields of undo that the expense's JSON has, as they are in side->state. */
json_t *link_changed(const struct link_side *side, const json_t *undo);
