/* parsed - transaction.parsed, checked and turned into the row of an expense. No I/O. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/uuid.h"
#include "events/cloudevent.h"
#include "expenses/expense.h"

/* Text is borrowed from the event, the row itself (which is not copied therefore), or constant;
 * NULL: not told. */
struct parsed {
    const char *user_id;
    char id[UUID_SIZE]; /* of the expense, new */
    const char *message_id, *fingerprint, *parser, *class, *merchant_raw, *channel, *reference;
    const char *second_account; /* digits of the other account of an own transfer */
    const char *possible_duplicate_of;
    int64_t revision, confidence, occurred_us;
    enum expense_type type;
    enum expense_direction direction;
    enum expense_status status;
    struct money money;
    bool has_balance, has_limit;
    int64_t balance_minor, limit_minor;
    const char *category_key;
    const char *merchant;
    char merchant_new_id[UUID_SIZE];         /* should the merchant be new */
    const char *bank, *last4, *account_type; /* empty, not NULL */
    char account_name[128];                  /* empty: the text names no account */
    char account_new_id[UUID_SIZE];
    char origins[192];        /* JSON: {field: "parser"} */
    char texts[2][UUID_SIZE]; /* of the ids above */
};

/* What kind of entry a transaction is. */
enum expense_type parsed_type(const char *class, enum expense_direction direction);
/* Who set which field; category_by NULL: there is no category. */
void parsed_set_origins(struct parsed *row, const char *category_by);
/* What is to be entered, but for what only the database knows. All borrowed from the row. */
void parsed_expense(const struct parsed *row, int64_t now_us, struct expense *out);
/* ERR_INVALID for data that can never be applied: the record is poison. */
must_check bool parsed_read(const struct event *ev, struct parsed *out, struct err *err);
