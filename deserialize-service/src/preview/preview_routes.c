#include "preview/preview_routes.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "deserialize.h"
#include "messages/message.h"
#include "templates/taught_set.h"
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

bool preview_post(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *user_id = req->identity->user_id;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(pg_result_drop) struct pg_result *person = NULL;
    scoped(taught_sets_drop) struct taught_sets *taught = NULL;
    struct message message;
    struct reader_input input;
    struct reading reading;
    char currency[CURRENCY_SIZE];
    if (!req_need_object(req, err))
        return false;
    if (!message_parse(req->body, "", time_now_us(), &message, &resp->fields))
        return fields_check(&resp->fields, err);
    if (!pg_begin(svc->base.db, &tx, err) ||
        !pg_exec(tx, "preview_person", PARAMS(P_STR(user_id), P_TIME(message.received_at)), &person,
                 err) ||
        !taught_sets_load(tx, &user_id, 1, &taught, err) || !pg_commit(&tx, err))
        return false;
    pg_copy(person, 0, CURRENCY, currency, sizeof currency);
    reading_input(&message, currency, (int)pg_int(person, 0, UTC_OFFSET),
                  taught_sets_own(taught, user_id), taught_sets_shared(taught), &input);
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
