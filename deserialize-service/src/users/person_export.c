#include "users/person_export.h"

#include "base/mem.h"

/* Without the fingerprint, which only repeats the text as a hash. */
#define MESSAGE                                                                                    \
    "channel, sender, body, received_at, device_message_id, status, reason, duplicate_of,"         \
    " possible_duplicate_of, expense_id, created_at"
#define ATTEMPT "message_id, number, parser, outcome, reason, class, confidence, fields, created_at"
#define ATTEMPT_KEY "(split_part($2::text, ' ', 1)::uuid, split_part($2::text, ' ', 2)::int)"

static const struct export_table rows[] = {
    {"settings", "", EXPORT_ONE("base_currency, time_zone", "person")},
    {"messages", EXPORT_FIRST_UUID, EXPORT_BY_ID(MESSAGE, "message")},
    {"attempts", EXPORT_FIRST_UUID " 0",
     EXPORT_ROWS(ATTEMPT, "attempt", "user_id = $1::uuid AND (message_id, number) > " ATTEMPT_KEY,
                 "message_id, number", "r.message_id || ' ' || r.number")},
};
const struct export_tables person_exports = {TABLE(rows)};
