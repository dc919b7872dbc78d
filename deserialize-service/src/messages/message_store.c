#include "messages/message_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "pg/columns.h"

#define COLUMNS                                                                                    \
    "id, channel, sender, body, " PG_US("received_at") ", " PG_US(                                 \
        "created_at") ", device_message_id, status, reason, duplicate_of, possible_duplicate_of, " \
                      "expense_id"

static const struct pg_statement rows[] = {
    /* A deleted user's token may still be valid for minutes: nothing is stored for such a user. */
    {"message_add",
     "INSERT INTO message (user_id, id, channel, sender, body, received_at, device_message_id, "
     "                     fingerprint) "
     "SELECT $1, m.id, m.channel, m.sender, m.body, m.received_at, m.device_id, m.fingerprint "
     "FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], "
     "            $8::bytea[]) "
     "  WITH ORDINALITY AS m(id, channel, sender, body, received_at, device_id, fingerprint, n) "
     "WHERE NOT EXISTS (SELECT FROM person WHERE user_id = $1 AND deleted) "
     "ORDER BY m.n "
     "ON CONFLICT (user_id, device_message_id) DO NOTHING RETURNING id"},
    {"message_by_device", "SELECT id, device_message_id FROM message "
                          "WHERE user_id = $1 AND device_message_id = ANY ($2::text[])"},
    {"message_get", "SELECT " COLUMNS " FROM message WHERE user_id = $1 AND id = $2"},
    {"message_list", "SELECT " COLUMNS " FROM message WHERE user_id = $1 AND id < $2 "
                     "ORDER BY id DESC LIMIT $3"},
    {"message_list_status",
     "SELECT " COLUMNS " FROM message WHERE user_id = $1 AND id < $2 AND status = $4 "
     "ORDER BY id DESC LIMIT $3"},
    {"message_attempts",
     "SELECT number, parser, outcome, reason, class, confidence, fields, " PG_US(
         "created_at") " FROM attempt "
                       "WHERE user_id = $1 AND message_id = $2 ORDER BY number"},
};
const struct pg_statements message_statements = {TABLE(rows)};

/* Greater than every UUIDv7: where a list without a cursor begins. */
static const char last_uuid[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";

static void fill(struct pg_columns *columns, const struct message *const messages[], size_t count)
{
    pg_columns_init(columns, 7);
    for (size_t i = 0; i < count; i++) {
        const struct message *message = messages[i];
        pg_columns_str(columns, 0, message->id);
        pg_columns_str(columns, 1, message->channel);
        pg_columns_str(columns, 2, message->sender);
        pg_columns_str(columns, 3, message->body);
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

bool message_store_add(struct pg_tx *tx, const char *user_id,
                       const struct message *const messages[], size_t count,
                       struct message_added *added, struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    struct pg_param params[8] = {P_STR(user_id)};
    fill(&columns, messages, count);
    pg_columns_params(&columns, params + 1);
    if (!pg_exec(tx, "message_add", params, LENGTH(params), &result, err))
        return false;
    mark_created(result, messages, count, added);
    if (pg_rows(result) == count)
        return true;
    return find_known(tx, user_id, params[6].text, messages, count, added, err);
}

bool message_store_get(struct pg_pool *db, const char *user_id, const char *id,
                       struct pg_result **row, struct err *err)
{
    if (!pg_query(db, "message_get", PARAMS(P_STR(user_id), P_STR(id)), row, err))
        return false;
    if (pg_rows(*row) == 1)
        return true;
    return err_set(err, ERR_NOT_FOUND, "no such message");
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

bool message_store_attempts(struct pg_pool *db, const char *user_id, const char *id,
                            struct pg_result **result, struct err *err)
{
    return pg_query(db, "message_attempts", PARAMS(P_STR(user_id), P_STR(id)), result, err);
}
