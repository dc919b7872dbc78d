/* message_store - rows of message and attempt. Every statement names the user. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "messages/message.h"
#include "pg/pg.h"

extern const struct pg_statements message_statements;

struct message_added {
    bool created; /* false: the device id was known, id is the earlier message's */
    char id[UUID_SIZE];
};
/* Stores the messages of one user in one statement each way; added[i] tells what became of
 * messages[i], whose id is set. Messages with a device id known already are not stored again. */
must_check bool message_store_add(struct pg_tx *tx, const char *user_id,
                                  const struct message *const messages[], size_t count,
                                  struct message_added *added, struct err *err);

/* Rows of GET: columns in the order of enum message_column. */
enum message_column {
    MESSAGE_ID,
    MESSAGE_CHANNEL,
    MESSAGE_SENDER,
    MESSAGE_BODY,
    MESSAGE_RECEIVED_AT,
    MESSAGE_CREATED_AT,
    MESSAGE_DEVICE_ID,
    MESSAGE_STATUS,
    MESSAGE_REASON,
    MESSAGE_DUPLICATE_OF,
    MESSAGE_POSSIBLE_DUPLICATE_OF,
    MESSAGE_EXPENSE_ID,
};
must_check bool message_store_get(struct pg_pool *db, const char *user_id, const char *id,
                                  struct pg_result **row, struct err *err);
/* Newest first, before the message before_id (NULL: from the newest); status NULL: all. */
must_check bool message_store_list(struct pg_pool *db, const char *user_id, const char *status,
                                   const char *before_id, int64_t limit, struct pg_result **rows,
                                   struct err *err);

enum attempt_column {
    ATTEMPT_NUMBER,
    ATTEMPT_PARSER,
    ATTEMPT_OUTCOME,
    ATTEMPT_REASON,
    ATTEMPT_CLASS,
    ATTEMPT_CONFIDENCE,
    ATTEMPT_FIELDS,
    ATTEMPT_CREATED_AT,
};
must_check bool message_store_attempts(struct pg_pool *db, const char *user_id, const char *id,
                                       struct pg_result **rows, struct err *err);

/* What the reading worker needs of a message; it is stored first when a forwarder sent it straight
 * to the topic. */
struct message_state {
    bool deleted;      /* of a deleted user: to be skipped */
    bool read_already; /* has an outcome: the record is a repeat */
    bool repeat;       /* its device id belongs to another message: not stored */
    char base_currency[4], time_zone[64];
    int utc_offset_s; /* of that zone when the text came */
};
must_check bool message_store_open(struct pg_tx *tx, const char *user_id,
                                   const struct message *message, struct message_state *state,
                                   struct err *err);
/* The newest other message with this fingerprint that came before or at the same time; false with
 * code ERR_NONE in err when there is none. */
struct message_twin {
    char id[UUID_SIZE];
    int64_t received_at;
};
must_check bool message_store_twin(struct pg_tx *tx, const char *user_id,
                                   const struct message *message, struct message_twin *twin,
                                   bool *found, struct err *err);

struct message_outcome {
    const char *status, *reason; /* reason may be NULL */
    const char *duplicate_of, *possible_duplicate_of;
    const char *parser, *class;
    int confidence;
    const json_t *fields;
};
must_check bool message_store_outcome(struct pg_tx *tx, const char *user_id, const char *id,
                                      const struct message_outcome *outcome, struct err *err);
must_check bool message_store_expense(struct pg_tx *tx, const char *user_id, const char *id,
                                      const char *expense_id, struct err *err);
