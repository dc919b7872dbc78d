/* GET /parsers: banks and formats that are known, and how they did on the caller's own texts. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "deserialize.h"
#include "reader/bank.h"
#include "reader/template_match.h"
#include "templates/taught_json.h"
#include "templates/taught_routes.h"
#include "templates/taught_store.h"

static int64_t matched_by(const struct pg_result *matched, const char *name)
{
    for (size_t i = 0; i < pg_rows(matched); i++)
        if (strcmp(pg_str(matched, i, 0), name) == 0)
            return pg_int(matched, i, 1);
    return 0;
}

static json_t *templates_of(const struct bank *bank, const struct pg_result *matched)
{
    json_t *list = json_array();
    for (size_t i = 0; i < template_builtin.count; i++) {
        const struct template *template = &template_builtin.rows[i];
        if (template->bank == NULL || strcmp(template->bank, bank->name) != 0)
            continue;
        json_t *item = json_pack("{s:s, s:I}", "name", template->name, "matched",
                                 (json_int_t)matched_by(matched, template->name));
        template_meaning_to_json(&template->means, item);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *banks_json(const struct pg_result *matched)
{
    json_t *list = json_array();
    for (size_t b = 0; b < bank_count; b++) {
        json_t *senders = json_array();
        for (size_t s = 0; s < bank_sender_count; s++)
            if (bank_senders[s].bank == b)
                json_array_append_new(senders, json_string(bank_senders[s].sender));
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}", "name", banks[b].name,
                                              "country", banks[b].country, "senders", senders,
                                              "templates", templates_of(&banks[b], matched)));
    }
    return list;
}

static json_t *senders_json(const struct pg_result *rows)
{
    static const char *const counts[] = {"messages", "parsed",       "needs_review",
                                         "rejected", "unrecognised", "duplicate"};
    json_t *list = json_array();
    for (size_t i = 0; i < pg_rows(rows); i++) {
        const char *sender = pg_str(rows, i, 0);
        const struct bank *bank = bank_of_sender(sender);
        json_t *item = json_pack("{s:s, s:o}", "sender", sender, "bank",
                                 json_str_or_null(bank != NULL ? bank->name : NULL));
        for (size_t k = 0; k < LENGTH(counts); k++)
            json_object_set_new(item, counts[k], json_integer(pg_int(rows, i, (int)k + 1)));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *taught_json(const struct pg_result *rows, const struct pg_result *matched)
{
    json_t *list = json_array();
    for (size_t i = 0; i < pg_rows(rows); i++)
        json_array_append_new(
            list, json_pack("{s:s, s:s, s:I}", "id", pg_str(rows, i, TAUGHT_ID), "name",
                            pg_str(rows, i, TAUGHT_NAME), "matched",
                            (json_int_t)matched_by(matched, pg_str(rows, i, TAUGHT_ID))));
    return list;
}

bool get_parsers(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *user_id = req->identity->user_id;
    scoped(pg_result_drop) struct pg_result *matched = NULL, *senders = NULL, *own = NULL,
                                            *shared = NULL;
    if (!req_no_query(req, resp, err) ||
        !taught_store_matched(svc->base.db, user_id, &matched, err) ||
        !taught_store_senders(svc->base.db, user_id, &senders, err) ||
        !taught_store_list(svc->base.db, user_id, &own, err) ||
        !taught_store_shared(svc->base.db, &shared, err))
        return false;
    return resp_json(resp, 200,
                     json_pack("{s:s, s:i, s:o, s:o, s:o, s:o}", "reader", READER_VERSION,
                               "looked_at", PARSERS_LOOK, "senders", senders_json(senders), "own",
                               taught_json(own, matched), "shared", taught_json(shared, matched),
                               "banks", banks_json(matched)));
}
