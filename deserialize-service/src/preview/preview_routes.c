#include "preview/preview_routes.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "messages/message.h"
#include "users/person_store.h"
#include "workers/explain_json.h"
#include "workers/reading_event.h"

enum column { CURRENCY, UTC_OFFSET };

static const struct pg_statement rows[] = {
    /* A row also for somebody of whom nothing is known yet. */
    {"preview_person",
     "SELECT p.base_currency, " PERSON_UTC_OFFSET(
         "i.at") " FROM (SELECT $2::timestamptz AS at) AS i LEFT JOIN person p ON p.user_id = $1"},
};
const struct pg_statements preview_statements = {TABLE(rows)};

static bool ask(struct svc *svc, const struct req *req, void *state, struct pg_ask *ask,
                struct resp *resp, struct err *err)
{
    struct message *message = state;
    (void)svc;
    if (!req_need_object(req, err))
        return false;
    if (!message_parse(req->body, "", time_now_us(), message, &resp->fields))
        return fields_check(&resp->fields, err);
    pg_ask_add(ask, P_STR(req->identity->user_id));
    pg_ask_add(ask, P_TIME(message->received_at));
    return true;
}

static bool answer(struct svc *svc, const struct req *req, const void *state,
                   const struct pg_ask *ask, struct resp *resp, struct err *err)
{
    const struct message *message = state;
    struct reader_input input;
    struct reading reading;
    char currency[CURRENCY_SIZE];
    (void)svc, (void)req, (void)err;
    pg_copy(ask->result, 0, CURRENCY, currency, sizeof currency);
    reading_input(message, currency, (int)pg_int(ask->result, 0, UTC_OFFSET), &input);
    json_t *why = explain_text(&input, &reading);
    struct reading_outcome outcome = reading_outcome(&reading);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:i, s:o, s:o}", "status", outcome.status, "parser",
                  outcome.parser, "class", outcome.class, "confidence", outcome.confidence,
                  "fields", reading_fields(&reading), "explain", why);
    if (outcome.reason != NULL)
        json_object_set_new(json, "reason", json_string(outcome.reason));
    return resp_json(resp, 200, json);
}

const struct fast preview_post = {.kind = FAST_READ,
                                  .statement = "preview_person",
                                  .ask = ask,
                                  .answer = answer,
                                  .state_size = sizeof(struct message)};
