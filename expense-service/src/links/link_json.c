#include "links/link_json.h"

#include <string.h>

#include "base/mem.h"
#include "expenses/expense_store.h"

static json_t *in_short(const struct pg_result *expenses, const char *id)
{
    static const char *const members[] = {"id",      "type",        "direction", "status",
                                          "amount",  "occurred_at", "merchant",  "category",
                                          "account", "source",      "deleted_at"};
    for (size_t i = 0; i < pg_rows(expenses); i++) {
        if (strcmp(pg_str(expenses, i, 0), id) != 0)
            continue;
        scoped(expense_fini) struct expense expense = {0};
        expense_from_row(expenses, i, &expense);
        scoped(json_drop) json_t *whole = expense_to_json(&expense);
        json_t *json = json_object();
        for (size_t j = 0; j < LENGTH(members); j++) {
            json_t *value = json_object_get(whole, members[j]);
            if (value != NULL)
                json_object_set(json, members[j], value);
        }
        return json;
    }
    return json_pack("{s:s}", "id", id);
}

json_t *link_to_json(const struct link_row *row, const struct pg_result *expenses)
{
    return json_pack("{s:s, s:s, s:o, s:O, s:o, s:o, s:o}", "kind", link_kind_names[row->kind],
                     "by", row->actor, "strength",
                     row->strength < 0 ? json_null() : json_integer(row->strength), "reasons",
                     row->reasons, "expense", in_short(expenses, row->first_id), "other",
                     in_short(expenses, row->second_id), "linked_at", json_time(row->created_us));
}

json_t *suggestion_to_json(const struct suggestion *suggestion, const struct pg_result *expenses)
{
    return json_pack("{s:s, s:s, s:s, s:i, s:O, s:o, s:o, s:o}", "id", suggestion->id, "kind",
                     link_kind_names[suggestion->kind], "status", suggestion->status, "strength",
                     suggestion->strength, "reasons", suggestion->reasons, "expense",
                     in_short(expenses, suggestion->first_id), "other",
                     in_short(expenses, suggestion->second_id), "created_at",
                     json_time(suggestion->created_us));
}
