#include "messages/message_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "messages/message_store.h"
#include "workers/explain_json.h"
#include "workers/reading_event.h"

static json_t *attempts_to_json(const struct pg_result *rows)
{
    json_t *list = json_array();
    for (size_t i = 0; i < pg_rows(rows) && !pg_is_null(rows, i, ATTEMPT_NUMBER); i++) {
        const char *reason = pg_str(rows, i, ATTEMPT_REASON);
        json_t *fields = json_loads(pg_str(rows, i, ATTEMPT_FIELDS), 0, NULL);
        json_t *item = json_pack(
            "{s:I, s:s, s:s, s:s, s:I, s:o}", "number", (json_int_t)pg_int(rows, i, ATTEMPT_NUMBER),
            "parser", pg_str(rows, i, ATTEMPT_PARSER), "outcome", pg_str(rows, i, ATTEMPT_OUTCOME),
            "class", pg_str(rows, i, ATTEMPT_CLASS), "confidence",
            (json_int_t)pg_int(rows, i, ATTEMPT_CONFIDENCE), "fields", fields);
        if (reason != NULL)
            json_object_set_new(item, "reason", json_string(reason));
        json_object_set_new(item, "at", json_time(pg_int(rows, i, ATTEMPT_CREATED_AT)));
        json_array_append_new(list, item);
    }
    return list;
}

/* *body is the caller's. */
static bool open_body(struct text_keys *keys, const char *user_id, const struct pg_result *rows,
                      size_t row, json_t **body, struct err *err)
{
    struct text_key_row key_row = {.secret_len = 0};
    struct text_key key;
    size_t len;
    if (pg_is_null(rows, row, MESSAGE_SEALED)) {
        const char *text = pg_str(rows, row, MESSAGE_BODY);
        *body = text != NULL ? json_string(text) : json_null();
        return true;
    }
    if (!text_key_row_read(rows, row, MESSAGE_KEY, user_id, &key_row))
        return err_set(err, ERR_INTERNAL, "a sealed text without its owner's key");
    if (!text_keys_of_row(keys, &key_row, &key, err))
        return false;
    unsigned char *sealed = pg_bytes(rows, row, MESSAGE_SEALED, &len);
    scoped(secret_drop) char *text = NULL;
    bool ok = text_open(&key, pg_str(rows, row, MESSAGE_ID), sealed, len, &text, err);
    free(sealed);
    explicit_bzero(&key, sizeof key);
    if (ok)
        *body = json_string(text);
    return ok;
}

bool message_to_json(struct text_keys *keys, const char *user_id, const struct pg_result *rows,
                     size_t row, json_t **out, struct err *err)
{
    static const struct {
        const char *name;
        int column;
    } optional[] = {
        {"device_message_id", MESSAGE_DEVICE_ID},
        {"reason", MESSAGE_REASON},
        {"duplicate_of", MESSAGE_DUPLICATE_OF},
        {"possible_duplicate_of", MESSAGE_POSSIBLE_DUPLICATE_OF},
        {"expense_id", MESSAGE_EXPENSE_ID},
    };
    json_t *body = NULL;
    if (!open_body(keys, user_id, rows, row, &body, err))
        return false;
    json_t *json = json_pack(
        "{s:s, s:s, s:s, s:o, s:s, s:o, s:o}", "id", pg_str(rows, row, MESSAGE_ID), "channel",
        pg_str(rows, row, MESSAGE_CHANNEL), "sender", pg_str(rows, row, MESSAGE_SENDER), "body",
        body, "status", pg_str(rows, row, MESSAGE_STATUS), "received_at",
        json_time(pg_int(rows, row, MESSAGE_RECEIVED_AT)), "created_at",
        json_time(pg_int(rows, row, MESSAGE_CREATED_AT)));
    for (size_t i = 0; i < sizeof optional / sizeof *optional; i++) {
        const char *value = pg_str(rows, row, optional[i].column);
        if (value != NULL)
            json_object_set_new(json, optional[i].name, json_string(value));
    }
    *out = json;
    return true;
}

/* As the reader of now sees it, which may be a later one than that of the attempts. */
static json_t *explain(const struct pg_result *rows, const char *user_id,
                       const struct taught_sets *taught, const char *body)
{
    struct message message = {.sender = pg_str(rows, 0, MESSAGE_SENDER),
                              .body = body,
                              .received_at = pg_int(rows, 0, MESSAGE_RECEIVED_AT)};
    struct reader_input input;
    struct reading reading;
    char currency[CURRENCY_SIZE];
    pg_copy(rows, 0, OWNER_CURRENCY, currency, sizeof currency);
    reading_input(&message, currency, (int)pg_int(rows, 0, OWNER_UTC_OFFSET),
                  taught_sets_own(taught, user_id), taught_sets_shared(taught), &input);
    return explain_text(&input, &reading);
}

bool message_with_attempts_to_json(struct text_keys *keys, const char *user_id,
                                   const struct pg_result *rows, const struct taught_sets *taught,
                                   json_t **out, struct err *err)
{
    if (!message_to_json(keys, user_id, rows, 0, out, err))
        return false;
    json_object_set_new(*out, "attempts", attempts_to_json(rows));
    const char *body = json_string_value(json_object_get(*out, "body"));
    if (body != NULL && taught != NULL)
        json_object_set_new(*out, "explain", explain(rows, user_id, taught, body));
    return true;
}
