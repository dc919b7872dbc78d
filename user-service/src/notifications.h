/* notifications - what a person wants to be told of: a set of named switches. No e-mail about the
 * safety of an account is among them; those are always sent. */
#pragma once
#include <jansson.h>

#include "base/json_util.h"

enum notification {
    NOTIFY_BUDGETS = 1,          /* a budget's threshold was crossed */
    NOTIFY_MISSING_PAYMENTS = 2, /* a balance tells of a payment that no text told of */
    NOTIFY_REVIEW = 4,           /* something read is uncertain and waits to be looked at */
    NOTIFY_WEEKLY_SUMMARY = 8,
};
enum {
    NOTIFY_DEFAULT = NOTIFY_BUDGETS | NOTIFY_MISSING_PAYMENTS | NOTIFY_REVIEW,
    NOTIFY_TEXT_SIZE = 80
};

/* "budgets review": the switches that are on, as stored. NULL is the default. */
void notifications_format(unsigned on, char out[static NOTIFY_TEXT_SIZE]);
unsigned notifications_parse(const char *text);

/* Merge-patch of switches under prefix: true, false, or null for the default. Errors go to fields.
 */
void notifications_patch(unsigned *on, const json_t *object, const char *prefix,
                         struct fields *fields);
/* All switches with true or false. */
json_t *notifications_to_json(unsigned on);
