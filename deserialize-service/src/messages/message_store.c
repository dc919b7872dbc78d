#include "messages/message_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "events/envelope.h"
#include "events/events.h"
#include "events/outbox.h"
#include "pg/columns.h"
#include "users/person_store.h"

/* clang-format off */
#define COLUMNS                                                                                    \
    "m.id, m.channel, m.sender, m.body, " PG_US("m.received_at") ", " PG_US("m.created_at") ","    \
    " m.device_message_id, m.status, m.reason, m.duplicate_of, m.possible_duplicate_of,"           \
    " m.expense_id, m.sealed, k.secret"
/* clang-format on */
#define FROM_MESSAGE " FROM message m LEFT JOIN text_key k ON k.user_id = m.user_id"

static const struct pg_statement rows[] = {
    /* A deleted user's token may still be valid for minutes: nothing is stored for such a user. */
    {"message_add",
     "INSERT INTO message (user_id, id, channel, sender, sealed, received_at, device_message_id, "
     "                     fingerprint) "
     "SELECT $1, m.id, m.channel, m.sender, m.sealed, m.received_at, m.device_id, m.fingerprint "
     "FROM unnest($2::uuid[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[], $7::text[], "
     "            $8::bytea[]) "
     "  WITH ORDINALITY AS m(id, channel, sender, sealed, received_at, device_id, fingerprint, n) "
     "WHERE NOT EXISTS (SELECT FROM person WHERE user_id = $1 AND deleted) "
     "ORDER BY m.n "
     "ON CONFLICT (user_id, device_message_id) DO NOTHING RETURNING id"},
    /* Texts of any users, one a caller, each with the envelope of its event. What has no id in the
     * answer is of a deleted user, or its device id was stored by another transaction since this
     * one began to look. */
    {"message_take",
     "WITH item AS (SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[],"
     "  $5::bytea[], $6::timestamptz[], $7::text[], $8::bytea[], $9::text[], $10::text[])"
     " WITH ORDINALITY AS i (user_id, id, channel, sender, sealed, received_at, device_message_id,"
     "  fingerprint, head, tail, n)),"
     " added AS ("
     " INSERT INTO message (user_id, id, channel, sender, sealed, received_at, device_message_id,"
     "  fingerprint)"
     " SELECT user_id, id, channel, sender, sealed, received_at, device_message_id, fingerprint"
     " FROM item WHERE NOT EXISTS"
     "  (SELECT FROM person p WHERE p.user_id = item.user_id AND p.deleted) ORDER BY n"
     " ON CONFLICT DO NOTHING RETURNING user_id, id, device_message_id),"
     " event AS (SELECT item.user_id::text AS user_id, '" TOPIC_MESSAGE "' AS topic, head, tail,"
     "  n AS nth FROM item JOIN added USING (user_id, id))," OUTBOX_ADD_EVENTS
     " SELECT n, added.id IS NOT NULL, coalesce(added.id,"
     "  (SELECT m.id FROM message m WHERE m.user_id = item.user_id"
     "    AND m.device_message_id = item.device_message_id),"
     "  (SELECT a.id FROM added a WHERE a.user_id = item.user_id"
     "    AND a.device_message_id = item.device_message_id)),"
     " EXISTS (SELECT FROM person p WHERE p.user_id = item.user_id AND p.deleted)"
     " FROM item LEFT JOIN added USING (user_id, id)"},
    {"message_by_device", "SELECT id, device_message_id FROM message "
                          "WHERE user_id = $1 AND device_message_id = ANY ($2::text[])"},
    /* clang-format off */
    {"message_get",
     "SELECT " COLUMNS ", a.number, a.parser, a.outcome, a.reason, a.class, a.confidence, a.fields, "
     PG_US("a.created_at") ", p.base_currency, " PERSON_UTC_OFFSET("m.received_at")
     FROM_MESSAGE " LEFT JOIN person p ON p.user_id = m.user_id"
     " LEFT JOIN attempt a ON a.user_id = m.user_id AND a.message_id = m.id"
     " WHERE m.user_id = $1 AND m.id = $2 ORDER BY a.number"},
    {"message_list",
     "SELECT " COLUMNS FROM_MESSAGE " WHERE m.user_id = $1 AND m.id < $2"
     " ORDER BY m.id DESC LIMIT $3"},
    {"message_list_status",
     "SELECT " COLUMNS FROM_MESSAGE " WHERE m.user_id = $1 AND m.id < $2 AND m.status = $4"
     " ORDER BY m.id DESC LIMIT $3"},
    /* clang-format on */
};
const struct pg_statements message_statements = {TABLE(rows)};

/* Greater than every UUIDv7: where a list without a cursor begins. */
static const char last_uuid[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";

void message_columns_sealed(struct pg_columns *columns, size_t column,
                            const struct message *message, const struct text_key *key)
{
    size_t len = strlen(message->body);
    unsigned char *sealed = text_seal(key, message->id, message->body, len);
    pg_columns_bytes(columns, column, sealed, len + SEAL_OVERHEAD);
    free(sealed);
}

static void fill(struct pg_columns *columns, const struct text_key *key,
                 const struct message *const messages[], size_t count)
{
    pg_columns_init(columns, 7);
    for (size_t i = 0; i < count; i++) {
        const struct message *message = messages[i];
        pg_columns_str(columns, 0, message->id);
        pg_columns_str(columns, 1, message->channel);
        pg_columns_str(columns, 2, message->sender);
        message_columns_sealed(columns, 3, message, key);
        pg_columns_time(columns, 4, message->received_at);
        pg_columns_str(columns, 5, message->device_message_id);
        pg_columns_bytes(columns, 6, message->fingerprint, FINGERPRINT_SIZE);
    }
}

static int compare_ids(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Which of the messages were stored. */
static void mark_created(const struct pg_result *result, const struct message *const messages[],
                         size_t count, struct message_added *added)
{
    size_t n = pg_rows(result);
    const char **ids = xcalloc(n, sizeof *ids);
    for (size_t i = 0; i < n; i++)
        ids[i] = pg_str(result, i, 0);
    qsort(ids, n, sizeof *ids, compare_ids);
    for (size_t i = 0; i < count; i++) {
        const char *id = messages[i]->id;
        memcpy(added[i].id, id, UUID_SIZE);
        added[i].created = bsearch(&id, ids, n, sizeof *ids, compare_ids) != NULL;
    }
    free(ids);
}

/* The ids under which device ids are known already. */
static bool find_known(struct pg_tx *tx, const char *user_id, const char *device_ids,
                       const struct message *const messages[], size_t count,
                       struct message_added *added, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "message_by_device", PARAMS(P_STR(user_id), P_STR(device_ids)), &result, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (added[i].created)
            continue;
        size_t row = 0;
        while (row < pg_rows(result) &&
               (messages[i]->device_message_id == NULL ||
                strcmp(pg_str(result, row, 1), messages[i]->device_message_id) != 0))
            row++;
        if (row == pg_rows(result))
            return err_set_name(err, ERR_FORBIDDEN, "account_deleted", "the account is deleted");
        snprintf(added[i].id, UUID_SIZE, "%s", pg_str(result, row, 0));
    }
    return true;
}

bool message_store_add(struct pg_tx *tx, const char *user_id, const struct text_key *key,
                       const struct message *const messages[], size_t count,
                       struct message_added *added, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param params[8] = {P_STR(user_id)};
    fill(&columns, key, messages, count);
    pg_columns_params(&columns, params + 1);
    if (!pg_exec(tx, "message_add", params, LENGTH(params), &result, err))
        return false;
    mark_created(result, messages, count, added);
    if (pg_rows(result) == count)
        return true;
    return find_known(tx, user_id, params[6].text, messages, count, added, err);
}

bool message_store_list(struct pg_pool *db, const char *user_id, const char *status,
                        const char *before_id, int64_t limit, struct pg_result **result,
                        struct err *err)
{
    const char *before = before_id != NULL ? before_id : last_uuid;
    if (status == NULL)
        return pg_query(db, "message_list", PARAMS(P_STR(user_id), P_STR(before), P_INT(limit)),
                        result, err);
    return pg_query(db, "message_list_status",
                    PARAMS(P_STR(user_id), P_STR(before), P_INT(limit), P_STR(status)), result,
                    err);
}

void message_store_ask(const struct message *message, const unsigned char *sealed,
                       const char *user_id, const struct envelope *event, struct pg_ask *ask)
{
    pg_ask_add(ask, P_STR(user_id));
    pg_ask_add(ask, P_STR(message->id));
    pg_ask_add(ask, P_STR(message->channel));
    pg_ask_add(ask, P_STR(message->sender));
    pg_ask_add(ask, P_BYTES(sealed, strlen(message->body) + SEAL_OVERHEAD));
    pg_ask_add(ask, P_TIME(message->received_at));
    pg_ask_add(ask, P_STR(message->device_message_id));
    pg_ask_add(ask, P_BYTES(message->fingerprint, FINGERPRINT_SIZE));
    pg_ask_add(ask, P_STR(event->head));
    pg_ask_add(ask, P_STR(event->tail));
}

bool message_store_taken(const struct pg_ask *ask, struct message_added *added, struct err *err)
{
    const struct pg_result *result = ask->result;
    const char *id = pg_str(result, ask->row, 2);
    if (pg_bool(result, ask->row, 3))
        return err_set_name(err, ERR_FORBIDDEN, "account_deleted", "the account is deleted");
    if (id == NULL)
        return err_set(err, ERR_UNAVAILABLE, "the same text is being stored at this moment");
    added->created = pg_bool(result, ask->row, 1);
    snprintf(added->id, sizeof added->id, "%s", id);
    return true;
}
