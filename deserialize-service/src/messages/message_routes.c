#include "messages/message_routes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "deserialize.h"
#include "events/envelope.h"
#include "events/events.h"
#include "events/outbox.h"
#include "http/idempotency.h"
#include "http/page.h"
#include "identity/scopes.h"
#include "messages/accept.h"
#include "messages/message_json.h"
#include "messages/message_store.h"
#include "preview/preview_routes.h"
#include "replay/replay_routes.h"
#include "templates/taught_routes.h"
#include "uploads/upload_routes.h"

/* Prefer: wait=N is cut to this: shorter than the gateway waits for an answer. */
enum { WAIT_MAX_S = 10 };

/* What a POST of one text keeps until it is stored. */
struct posting {
    struct message message;
    unsigned char *sealed;
    int64_t wait_until_us; /* of the monotonic clock; 0: the client does not wait */
    struct envelope event;
};

static void posting_fini(void *state)
{
    struct posting *posting = state;
    free(posting->sealed);
    envelope_fini(&posting->event);
}

/* Until its owner's key is in memory a text waits for a worker, not on an HTTP thread. */
static bool ready_to_post(struct svc *svc, const struct req *req)
{
    struct text_key key;
    return text_keys_find(svc->texts, req->identity->user_id, &key);
}

static bool prepare_post(struct svc *svc, const struct req *req, struct err *err)
{
    struct text_key key;
    return text_keys_get(svc->texts, svc->base.db, req->identity->user_id, &key, err);
}

static bool ask_post(struct svc *svc, const struct req *req, void *state, struct pg_ask *ask,
                     struct resp *resp, struct err *err)
{
    struct posting *posting = state;
    struct message *message = &posting->message;
    struct text_key key;
    if (!req_need_object(req, err))
        return false;
    if (!message_parse(req->body, "", time_now_us(), message, &resp->fields))
        return fields_check(&resp->fields, err);
    if (!text_keys_find(svc->texts, req->identity->user_id, &key)) /* it was there just now */
        return err_set(err, ERR_UNAVAILABLE, "the key of this person's texts is being fetched");
    uuid_new(message->id);
    message_mark(message, &key);
    posting->sealed = text_seal(&key, message->id, message->body, strlen(message->body));
    int wait_s = req_prefer_wait(req, WAIT_MAX_S);
    if (wait_s > 0)
        posting->wait_until_us = time_mono_us() + wait_s * US_PER_S;
    scoped(json_drop) json_t *data = message_received_event(message);
    struct outbox_event ev = message_event(req->identity->user_id, message, data);
    if (!outbox_envelope(&ev, &posting->event, err))
        return false;
    message_store_ask(message, posting->sealed, req->identity->user_id, &posting->event, ask);
    return true;
}

static bool answer_post(struct svc *svc, const struct req *req, const void *state,
                        const struct pg_ask *ask, struct resp *resp, struct err *err)
{
    const struct posting *posting = state;
    struct message_added added;
    (void)svc, (void)req;
    if (!message_store_taken(ask, &added, err))
        return false;
    snprintf(resp->location, sizeof resp->location, "/api/v1/messages/%s", added.id);
    resp->again = added.created && posting->wait_until_us > 0;
    /* A duplicate: the client said this device id before, what became of it is at Location. */
    return resp_json(resp, 202,
                     json_pack("{s:s, s:s, s:o}", "id", added.id, "status",
                               added.created ? "received" : "duplicate", "received_at",
                               json_time(posting->message.received_at)));
}

static void ask_again(const struct req *req, const void *state, struct pg_ask *ask)
{
    const struct posting *posting = state;
    pg_ask_add(ask, P_STR(req->identity->user_id));
    pg_ask_add(ask, P_STR(posting->message.id));
}

/* Until then the answer of before, 202, holds. A text that is booked is waited for until its
 * expense is known, too; read but not booked in time, it is told without. */
static bool answer_again(struct svc *svc, const struct req *req, const void *state,
                         const struct pg_ask *ask, struct resp *resp, struct err *err)
{
    const struct posting *posting = state;
    bool in_time = time_mono_us() < posting->wait_until_us;
    if (pg_rows(ask->result) == 0) /* erased with its owner meanwhile */
        return true;
    const char *status = pg_str(ask->result, 0, MESSAGE_STATUS);
    bool read = strcmp(status, "received") != 0;
    bool booked = strcmp(status, "parsed") == 0 || strcmp(status, "needs_review") == 0;
    if (!read || (in_time && booked && pg_is_null(ask->result, 0, MESSAGE_EXPENSE_ID))) {
        resp->again = in_time;
        return true;
    }
    json_t *json = NULL;
    return message_with_attempts_to_json(svc->texts, req->identity->user_id, ask->result, NULL,
                                         &json, err) &&
           resp_json(resp, 201, json);
}

static const struct fast_again wait_for_reading = {
    .statement = "message_get", .after_ms = 20, .ask = ask_again, .answer = answer_again};

static const struct fast post_message = {.kind = FAST_WRITE,
                                         .statement = "message_take",
                                         .ask = ask_post,
                                         .answer = answer_post,
                                         .state_size = sizeof(struct posting),
                                         .fini = posting_fini,
                                         .ready = ready_to_post,
                                         .prepare = prepare_post,
                                         .again = &wait_for_reading};

/* What one item of a batch is answered: accepted, or the problem with it. */
static json_t *item_result(size_t index, const struct message_added *added)
{
    return json_pack("{s:I, s:i, s:s, s:s}", "index", (json_int_t)index, "status", 202, "id",
                     added->id, "outcome", added->created ? "received" : "duplicate");
}

static json_t *item_problem(size_t index, struct fields *fields)
{
    json_t *problem = json_pack("{s:s, s:s, s:i, s:s, s:O}", "type", "about:blank", "title",
                                "Unprocessable Content", "status", 422, "code", "invalid_fields",
                                "errors", fields->errors);
    fields_fini(fields);
    return json_pack("{s:I, s:i, s:o}", "index", (json_int_t)index, "status", 422, "problem",
                     problem);
}

/* Items that are valid, each with the place it had in the request. */
struct batch {
    struct message items[MESSAGE_BATCH_MAX];
    const struct message *valid[MESSAGE_BATCH_MAX];
    size_t index[MESSAGE_BATCH_MAX], count;
    struct message_added added[MESSAGE_BATCH_MAX];
};

static void batch_drop(struct batch **batch)
{
    free(*batch);
}

static json_t *batch_parse(const json_t *list, struct batch *batch)
{
    json_t *results = json_array();
    int64_t now = time_now_us();
    for (size_t i = 0; i < json_array_size(list); i++) {
        struct fields fields = {0};
        struct message *message = &batch->items[i];
        if (!message_parse(json_array_get(list, i), "", now, message, &fields)) {
            json_array_append_new(results, item_problem(i, &fields));
            continue;
        }
        json_array_append_new(results, json_null()); /* filled once it is stored */
        uuid_new(message->id);
        batch->index[batch->count] = i;
        batch->valid[batch->count++] = message;
    }
    return results;
}

static bool post_batch(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const char *const known[] = {"messages", NULL};
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    const json_t *list = NULL;
    bool replayed = false;
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, known);
    if (json_read_array(&reader, "messages", JSON_REQUIRED, MESSAGE_BATCH_MAX, &list) &&
        json_array_size(list) == 0)
        field_error(&resp->fields, "/messages", "empty", "must have at least one item");
    if (!fields_check(&resp->fields, err))
        return false;
    scoped(batch_drop) struct batch *batch = xcalloc(1, sizeof *batch);
    scoped(json_drop) json_t *results = batch_parse(list, batch);
    struct text_key key;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!text_keys_get(svc->texts, svc->base.db, req->identity->user_id, &key, err))
        return false;
    for (size_t i = 0; i < batch->count; i++)
        message_mark(&batch->items[batch->index[i]], &key);
    if (!pg_begin(svc->base.db, &tx, err) || !idempotency_begin(tx, req, resp, &replayed, err))
        return false;
    if (replayed)
        return true;
    if (batch->count > 0 && !messages_accept(tx, req->identity->user_id, &key, batch->valid,
                                             batch->count, batch->added, err))
        return false;
    for (size_t i = 0; i < batch->count; i++)
        json_array_set_new(results, batch->index[i],
                           item_result(batch->index[i], &batch->added[i]));
    return resp_json(resp, 207, json_pack("{s:O}", "data", results)) &&
           idempotency_finish(tx, req, resp, err) && pg_commit(&tx, err);
}

static bool get_message(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *id = req_param(req, "id"), *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    scoped(taught_sets_drop) struct taught_sets *taught = NULL;
    json_t *json = NULL;
    if (!req_no_query(req, resp, err))
        return false;
    if (!uuid_valid(id))
        return err_set(err, ERR_NOT_FOUND, "no such message");
    if (!pg_begin(svc->base.db, &tx, err) ||
        !pg_exec(tx, "message_get", PARAMS(P_STR(user_id), P_STR(id)), &rows, err))
        return false;
    if (pg_rows(rows) == 0)
        return err_set(err, ERR_NOT_FOUND, "no such message");
    return taught_sets_load(tx, &user_id, 1, &taught, err) && pg_commit(&tx, err) &&
           message_with_attempts_to_json(svc->texts, user_id, rows, taught, &json, err) &&
           resp_json(resp, 200, json);
}

static bool status_known(const char *status)
{
    static const char *const all[] = {"received", "parsed",       "needs_review",
                                      "rejected", "unrecognised", "duplicate"};
    for (size_t i = 0; i < LENGTH(all); i++)
        if (strcmp(all[i], status) == 0)
            return true;
    return false;
}

static bool get_messages(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    static const char *const known[] = {"limit", "cursor", "status", NULL};
    const char *status = req_query(req, "status");
    scoped(page_fini) struct page page = {0};
    req_query_known(req, known, &resp->fields);
    if (status != NULL && !status_known(status))
        field_error(&resp->fields, "?status", "not_allowed",
                    "must be received, parsed, needs_review, rejected, unrecognised or duplicate");
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    scoped(pg_result_drop) struct pg_result *rows = NULL;
    if (!message_store_list(svc->base.db, req->identity->user_id, status, page.keys[0],
                            page.limit + 1, &rows, err))
        return false;
    scoped(json_drop) json_t *data = json_array();
    bool has_more = pg_rows(rows) > (size_t)page.limit;
    size_t shown = has_more ? (size_t)page.limit : pg_rows(rows);
    for (size_t i = 0; i < shown; i++) {
        json_t *item;
        if (!message_to_json(svc->texts, req->identity->user_id, rows, i, &item, err))
            return false;
        json_array_append_new(data, item);
    }
    const char *last = has_more ? pg_str(rows, shown - 1, MESSAGE_ID) : NULL;
    return page_answer(req, &page, json_incref(data), has_more, has_more ? &last : NULL, resp);
}

/* clang-format off */
const struct route message_routes[] = {
    {"GET", "/api/v1/messages", get_messages, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "texts and what became of them, newest first", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/messages", NULL, ROUTE_USER, MAX_BODY_64K, SCOPE_MESSAGES_WRITE, "hand in one bank text", NULL, ROUTE_FAST, 0, &post_message},
    {"POST", "/api/v1/messages/batch", post_batch, ROUTE_USER, MAX_BODY_1M, SCOPE_MESSAGES_WRITE, "hand in up to 500, a result for each", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/messages/{id}", get_message, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "one text with every attempt to read it", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/uploads", upload_list, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "files of texts, newest first", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/uploads", upload_begin, ROUTE_USER, MAX_BODY_1G, SCOPE_MESSAGES_WRITE, "send a file of texts, or its first part (?complete=false)", UPLOAD_MEDIA, ROUTE_WORKERS, ROUTE_UPLOAD, NULL},
    {"GET", "/api/v1/uploads/{id}", upload_show, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "how much of it is here and read", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH", "/api/v1/uploads/{id}", upload_append, ROUTE_USER, MAX_BODY_1G, SCOPE_MESSAGES_WRITE, "its next part (Upload-Offset, Upload-Complete)", UPLOAD_PART_MEDIA, ROUTE_WORKERS, ROUTE_UPLOAD, NULL},
    {"DELETE", "/api/v1/uploads/{id}", upload_cancel, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_WRITE, "end it; what was taken in stays", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/uploads/{id}/items", upload_items, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "the texts that were not simply taken in (?status)", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/messages/{id}/reparse", replay_one_text, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_WRITE, "read one text again (?dry_run)", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/messages/{id}/dismiss", replay_dismiss, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_WRITE, "not to be booked, its expense is to go", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/messages/reparse", replay_begin, ROUTE_USER, MAX_BODY_8K, SCOPE_MESSAGES_WRITE, "read many texts again, in the background", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/replays/{id}", replay_show, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "how far that is", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/replays/{id}", replay_cancel, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_WRITE, "end it where it is", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/replays/{id}/differences", replay_list_differences, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "what another reading changes, field by field", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/parse/preview", preview_post, ROUTE_USER, MAX_BODY_64K, SCOPE_MESSAGES_WRITE, "what would become of a text; nothing is stored", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/parsers", get_parsers, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "known banks and formats, and how they did on one's texts", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/parsers/templates", list_templates, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "the formats that one taught", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/parsers/templates", create_template, ROUTE_USER, MAX_BODY_8K, SCOPE_MESSAGES_WRITE, "teach a format by marking one text", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/parsers/templates/{id}", get_template, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_READ, "one of them", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/parsers/templates/{id}", delete_template, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_WRITE, "forget it", NULL, ROUTE_WORKERS, 0, NULL},
    {"PUT", "/api/v1/parsers/templates/{id}/offer", offer_template, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_WRITE, "offer it to everybody", NULL, ROUTE_WORKERS, ROUTE_BODY_OPTIONAL, NULL},
    {"DELETE", "/api/v1/parsers/templates/{id}/offer", withdraw_template, ROUTE_USER, MAX_BODY_NONE, SCOPE_MESSAGES_WRITE, "take the offer back", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/api/v1/parsers/offers", list_offers, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "formats that people offer, without whose they are", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", "/api/v1/parsers/offers/{id}/promote", promote_offer, ROUTE_USER, MAX_BODY_8K, SCOPE_ADMIN, "give an offered format to everybody", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/parsers/offers/{id}", decline_offer, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "decline an offer", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/parsers/shared/{id}", delete_shared, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "take a format back from everybody", NULL, ROUTE_WORKERS, 0, NULL},
};
/* clang-format on */
const size_t message_route_count = LENGTH(message_routes);
