/* message_store - rows of message and attempt. Every statement names the user. */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "messages/message.h"
#include "pg/ask.h"
#include "pg/pg.h"

extern const struct pg_statements message_statements;

struct message_added {
    bool created; /* false: the device id was known, id is the earlier message's */
    char id[UUID_SIZE];
};
/* Stores the messages of one user in one statement each way; added[i] tells what became of
 * messages[i], whose id is set. Messages with a device id known already are not stored again. */
must_check bool message_store_add(struct pg_tx *tx, const char *user_id, const struct text_key *key,
                                  const struct message *const messages[], size_t count,
                                  struct message_added *added, struct err *err);

/* A message's body, sealed, as an item of this column. */
struct pg_columns;
void message_columns_sealed(struct pg_columns *columns, size_t column,
                            const struct message *message, const struct text_key *key);

/* One message of a coalesced write ("message_take"), its body sealed, with the envelope of its
 * message.received: fills ask, which borrows from all of them; reads its row of the answer. */
struct envelope;
void message_store_ask(const struct message *message, const unsigned char *sealed,
                       const char *user_id, const struct envelope *event, struct pg_ask *ask);
must_check bool message_store_taken(const struct pg_ask *ask, struct message_added *added,
                                    struct err *err);

/* Rows of GET: columns in the order of enum message_column. */
enum message_column {
    MESSAGE_ID,
    MESSAGE_CHANNEL,
    MESSAGE_SENDER,
    MESSAGE_BODY, /* of rows that are not sealed yet */
    MESSAGE_RECEIVED_AT,
    MESSAGE_CREATED_AT,
    MESSAGE_DEVICE_ID,
    MESSAGE_STATUS,
    MESSAGE_REASON,
    MESSAGE_DUPLICATE_OF,
    MESSAGE_POSSIBLE_DUPLICATE_OF,
    MESSAGE_EXPENSE_ID,
    MESSAGE_SEALED, /* NULL beside a NULL body: the text's time is over */
    MESSAGE_KEY,    /* the owner's secret, for text_key_row_read */
    /* Of "message_get" alone, a row for each attempt; number is NULL when there was none. */
    ATTEMPT_NUMBER,
    ATTEMPT_PARSER,
    ATTEMPT_OUTCOME,
    ATTEMPT_REASON,
    ATTEMPT_CLASS,
    ATTEMPT_CONFIDENCE,
    ATTEMPT_FIELDS,
    ATTEMPT_CREATED_AT,
    /* Of its owner; the offset is that of their zone when the text came. */
    OWNER_CURRENCY,
    OWNER_UTC_OFFSET,
};
/* Newest first, before the message before_id (NULL: from the newest); status NULL: all. */
must_check bool message_store_list(struct pg_pool *db, const char *user_id, const char *status,
                                   const char *before_id, int64_t limit, struct pg_result **rows,
                                   struct err *err);
