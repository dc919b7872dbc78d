/* events - every name that the services share on the wire. Names are added, never changed.
 * The meaning of each topic and type is in the table of common/README.md. */
#pragma once

/* Topics. Record key: the user id. Dead letters of a topic go to "<topic>" DLQ_SUFFIX. */
#define TOPIC_USER "auth.user.v1"
#define TOPIC_SESSION "auth.session.v1"
#define TOPIC_KEYS "auth.keys.v1"
#define TOPIC_PROFILE "user.profile.v1"
#define TOPIC_MESSAGE "message.received.v1"
#define TOPIC_TRANSACTION "transaction.parsed.v1"
#define TOPIC_OUTCOME "message.outcome.v1"
#define TOPIC_EXPENSE "expense.v1"
#define TOPIC_EXPORT "user.export.v1"
#define TOPIC_EXPORT_PART "user.export_part.v1"
#define TOPIC_ERASURE "user.erasure.v1"
#define DLQ_SUFFIX ".dlq"

/* CloudEvents types. */
#define EVENT_USER_REGISTERED "user.registered"
#define EVENT_USER_UPDATED "user.updated"
#define EVENT_USER_DELETED "user.deleted"
#define EVENT_SESSION_CREATED "session.created"
#define EVENT_SESSION_REVOKED "session.revoked"
#define EVENT_PASSWORD_CHANGED "password.changed"
#define EVENT_LOGIN_FAILED "login.failed"
#define EVENT_KEY_PUBLISHED "key.published"
#define EVENT_KEY_RETIRED "key.retired"
#define EVENT_PROFILE_UPDATED "profile.updated"
#define EVENT_PROFILE_ERASED "profile.erased" /* takes the last snapshot's place when compacted */
#define EVENT_MESSAGE_RECEIVED "message.received"
#define EVENT_TRANSACTION_PARSED "transaction.parsed"
#define EVENT_TRANSACTION_REPARSED "transaction.reparsed"
#define EVENT_MESSAGE_UNRECOGNISED "message.unrecognised"
#define EVENT_MESSAGE_REJECTED "message.rejected"
#define EVENT_EXPENSE_CREATED "expense.created"
#define EVENT_EXPENSE_UPDATED "expense.updated"
#define EVENT_EXPENSE_DELETED "expense.deleted"
#define EVENT_EXPENSE_RESTORED "expense.restored"
#define EVENT_EXPENSE_LINKED "expense.linked"
#define EVENT_LINK_SUGGESTED "expense.link_suggested"
#define EVENT_EXPENSE_UNLINKED "expense.unlinked"
#define EVENT_EXPENSE_CATEGORY_CORRECTED "expense.category_corrected"
#define EVENT_BUDGET_CROSSED "budget.threshold_crossed"
#define EVENT_GAP_FOUND "account.gap_found"
#define EVENT_CATEGORY_CREATED "category.created"
#define EVENT_CATEGORY_UPDATED "category.updated"
#define EVENT_CATEGORY_DELETED "category.deleted"
#define EVENT_BUDGET_CREATED "budget.created"
#define EVENT_BUDGET_UPDATED "budget.updated"
#define EVENT_BUDGET_DELETED "budget.deleted"
#define EVENT_RULE_CREATED "rule.created"
#define EVENT_RULE_UPDATED "rule.updated"
#define EVENT_RULE_DELETED "rule.deleted"
#define EVENT_ACCOUNT_CREATED "account.created"
#define EVENT_ACCOUNT_UPDATED "account.updated"
#define EVENT_ACCOUNT_DELETED "account.deleted"
#define EVENT_MERCHANT_UPDATED "merchant.updated"
#define EVENT_RECURRING_DISMISSED "recurring.dismissed"
#define EVENT_RECURRING_RESTORED "recurring.restored"
#define EVENT_EXPORT_REQUESTED "export.requested"
#define EVENT_EXPORT_PART "export.part"
#define EVENT_EXPORT_COMPLETED "export.completed"
#define EVENT_USER_ERASED "user.erased"

/* Kafka headers of a dead letter; the value and key are the record's own bytes. */
#define DLQ_ERROR_CODE "error_code"
#define DLQ_ERROR_TEXT "error_text"
#define DLQ_ATTEMPTS "attempts"
#define DLQ_TOPIC "original_topic"
#define DLQ_PARTITION "original_partition"
#define DLQ_OFFSET "original_offset"
#define DLQ_FIRST_FAILURE "first_failure"
#define DLQ_CONSUMER "consumer"

/* Each of the services that write a topic numbers its own events, so numbers say nothing about
 * repeats there: the consumer's function has to know an event that it saw. */
#define SOURCE_SEVERAL "several services"

/* How a topic is made when it is missing. */
struct topic_spec {
    const char *name;
    const char *source; /* of its events' numbers: the service that writes it, or SOURCE_SEVERAL */
    int partitions;
    long long retention_ms; /* -1: for ever */
    int max_bytes;          /* of one record */
    int compacted;
};
/* All topics, dead-letter topics included; *count is their number. */
const struct topic_spec *events_topics(unsigned long *count);
/* NULL for a name not in the list. */
const struct topic_spec *events_topic(const char *name);
