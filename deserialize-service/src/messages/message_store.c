#include "messages/message_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"

#define COLUMNS                                                                                    \
    "id, channel, sender, body, " PG_US("received_at") ", " PG_US(                                 \
        "created_at") ", device_message_id, status, reason, duplicate_of, possible_duplicate_of, " \
                      "expense_id"

static const struct pg_statement rows[] = {
    /* A deleted user's token may still be valid for minutes: nothing is stored for such a user. */
    {"message_add",
     "INSERT INTO message (user_id, id, channel, sender, body, received_at, device_message_id, "
     "                     fingerprint) "
     "SELECT $1, m.id, m.channel, m.sender, m.body, to_timestamp(m.received_us / 1e6), "
     "m.device_id, "
     "       decode(m.fingerprint, 'hex') "
     "FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::text[], "
     "            $8::text[]) "
     "  WITH ORDINALITY AS m(id, channel, sender, body, received_us, device_id, fingerprint, n) "
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
    {"message_open",
     "WITH p AS (SELECT base_currency, time_zone, deleted FROM person WHERE user_id = $1), "
     "added AS (INSERT INTO message (user_id, id, channel, sender, body, received_at, "
     "                               device_message_id, fingerprint) "
     "  SELECT $1, $2, $3, $4, $5, $6, $7, $8 "
     "  WHERE NOT EXISTS (SELECT FROM p WHERE deleted) ON CONFLICT DO NOTHING RETURNING id) "
     "SELECT coalesce((SELECT deleted FROM p), false), "
     "  (SELECT status FROM message WHERE user_id = $1 AND id = $2), "
     "  (SELECT base_currency FROM p), coalesce((SELECT time_zone FROM p), 'UTC'), "
     "  extract(epoch FROM ($6::timestamptz AT TIME ZONE coalesce((SELECT time_zone FROM p), "
     "'UTC')) "
     "          - ($6::timestamptz AT TIME ZONE 'UTC'))::bigint, "
     "  EXISTS (SELECT FROM added)"},
    {"message_twin",
     "SELECT id, " PG_US("received_at") " FROM message "
                                        "WHERE user_id = $1 AND fingerprint = $2 AND id <> $3 AND "
                                        "status IN ('parsed', 'needs_review') "
                                        "ORDER BY abs(extract(epoch FROM received_at - "
                                        "$4::timestamptz)), id LIMIT 1"},
    {"message_outcome",
     "WITH m AS (UPDATE message SET status = $3, reason = $4, duplicate_of = $5, "
     "             possible_duplicate_of = $6 WHERE user_id = $1 AND id = $2) "
     "INSERT INTO attempt (user_id, message_id, number, parser, outcome, reason, class, "
     "confidence, "
     "                     fields) "
     "SELECT $1, $2, 1 + coalesce(max(number), 0), $7, $3, $4, $8, $9, $10 FROM attempt "
     "WHERE user_id = $1 AND message_id = $2"},
    {"message_expense", "UPDATE message SET expense_id = $3 WHERE user_id = $1 AND id = $2"},
};
const struct pg_statements message_statements = {TABLE(rows)};

/* Greater than every UUIDv7: where a list without a cursor begins. */
static const char last_uuid[] = "ffffffff-ffff-ffff-ffff-ffffffffffff";

static void hex(const unsigned char *bytes, size_t len, char *out)
{
    for (size_t i = 0; i < len; i++)
        sprintf(out + 2 * i, "%02x", bytes[i]);
}

struct columns {
    const char **items[7];
    char *arrays[7];
    char (*received)[24], (*fingerprint)[2 * FINGERPRINT_SIZE + 1];
};

static void columns_fini(struct columns *columns)
{
    for (size_t i = 0; i < LENGTH(columns->items); i++) {
        free(columns->items[i]);
        free(columns->arrays[i]);
    }
    free(columns->received);
    free(columns->fingerprint);
}

static void columns_fill(struct columns *columns, const struct message *const messages[],
                         size_t count)
{
    for (size_t i = 0; i < LENGTH(columns->items); i++)
        columns->items[i] = xcalloc(count, sizeof **columns->items);
    columns->received = xcalloc(count, sizeof *columns->received);
    columns->fingerprint = xcalloc(count, sizeof *columns->fingerprint);
    for (size_t i = 0; i < count; i++) {
        const struct message *message = messages[i];
        snprintf(columns->received[i], sizeof *columns->received, "%lld",
                 (long long)message->received_at);
        hex(message->fingerprint, FINGERPRINT_SIZE, columns->fingerprint[i]);
        const char *values[] = {
            message->id,          message->channel,           message->sender,        message->body,
            columns->received[i], message->device_message_id, columns->fingerprint[i]};
        for (size_t c = 0; c < LENGTH(values); c++)
            columns->items[c][i] = values[c];
    }
    for (size_t i = 0; i < LENGTH(columns->items); i++)
        columns->arrays[i] = pg_array(columns->items[i], count);
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
    scoped(columns_fini) struct columns columns = {0};
    scoped(pg_result_drop) struct pg_result *result = NULL;
    columns_fill(&columns, messages, count);
    if (!pg_exec(tx, "message_add",
                 PARAMS(P_STR(user_id), P_STR(columns.arrays[0]), P_STR(columns.arrays[1]),
                        P_STR(columns.arrays[2]), P_STR(columns.arrays[3]),
                        P_STR(columns.arrays[4]), P_STR(columns.arrays[5]),
                        P_STR(columns.arrays[6])),
                 &result, err))
        return false;
    mark_created(result, messages, count, added);
    if (pg_rows(result) == count)
        return true;
    return find_known(tx, user_id, columns.arrays[5], messages, count, added, err);
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

bool message_store_open(struct pg_tx *tx, const char *user_id, const struct message *message,
                        struct message_state *state, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "message_open",
                 PARAMS(P_STR(user_id), P_STR(message->id), P_STR(message->channel),
                        P_STR(message->sender), P_STR(message->body), P_TIME(message->received_at),
                        P_STR(message->device_message_id),
                        P_BYTES(message->fingerprint, FINGERPRINT_SIZE)),
                 &result, err))
        return false;
    const char *status = pg_str(result, 0, 1), *currency = pg_str(result, 0, 2);
    *state = (struct message_state){.deleted = pg_bool(result, 0, 0),
                                    .utc_offset_s = (int)pg_int(result, 0, 4)};
    /* The sub-select sees the table as it was before the INSERT: no row means new. */
    state->read_already = status != NULL && strcmp(status, "received") != 0;
    state->repeat = status == NULL && !pg_bool(result, 0, 5) && !state->deleted;
    snprintf(state->base_currency, sizeof state->base_currency, "%s", currency ? currency : "");
    snprintf(state->time_zone, sizeof state->time_zone, "%s", pg_str(result, 0, 3));
    return true;
}

bool message_store_twin(struct pg_tx *tx, const char *user_id, const struct message *message,
                        struct message_twin *twin, bool *found, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "message_twin",
                 PARAMS(P_STR(user_id), P_BYTES(message->fingerprint, FINGERPRINT_SIZE),
                        P_STR(message->id), P_TIME(message->received_at)),
                 &result, err))
        return false;
    *found = pg_rows(result) == 1;
    if (*found) {
        snprintf(twin->id, sizeof twin->id, "%s", pg_str(result, 0, 0));
        twin->received_at = pg_int(result, 0, 1);
    }
    return true;
}

bool message_store_outcome(struct pg_tx *tx, const char *user_id, const char *id,
                           const struct message_outcome *outcome, struct err *err)
{
    scoped(str_drop) char *fields = json_text(outcome->fields);
    return pg_exec(tx, "message_outcome",
                   PARAMS(P_STR(user_id), P_STR(id), P_STR(outcome->status), P_STR(outcome->reason),
                          P_STR(outcome->duplicate_of), P_STR(outcome->possible_duplicate_of),
                          P_STR(outcome->parser), P_STR(outcome->class), P_INT(outcome->confidence),
                          P_STR(fields)),
                   NULL, err);
}

bool message_store_expense(struct pg_tx *tx, const char *user_id, const char *id,
                           const char *expense_id, struct err *err)
{
    return pg_exec(tx, "message_expense", PARAMS(P_STR(user_id), P_STR(id), P_STR(expense_id)),
                   NULL, err);
}
