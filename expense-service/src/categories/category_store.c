#include "categories/category_store.h"

#include "base/json_util.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "categories/category_defaults.h"

static const struct pg_statement rows[] = {
    {"category_add_many",
     "INSERT INTO category (user_id, id, key, name, position)"
     " SELECT $1::uuid, t.id, t.key, t.name, t.position FROM jsonb_to_recordset($2::jsonb)"
     "        AS t(id uuid, key text, name text, position int)"
     " ON CONFLICT DO NOTHING"},
    {"category_list", "SELECT id, parent_id, key, name FROM category WHERE user_id = $1"
                      " ORDER BY position, lower(name), id"},
};
const struct pg_statements category_statements = {TABLE(rows)};

bool category_store_add_defaults(struct pg_tx *tx, const char *user_id, struct err *err)
{
    scoped(json_drop) json_t *list = json_array();
    for (size_t i = 0; i < category_default_count; i++) {
        char id[UUID_SIZE];
        uuid_new(id);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:i}", "id", id, "key",
                                              category_defaults[i].key, "name",
                                              category_defaults[i].name, "position", (int)i));
    }
    scoped(str_drop) char *text = json_text(list);
    return pg_exec(tx, "category_add_many", PARAMS(P_STR(user_id), P_STR(text)), NULL, err);
}

bool category_store_list(struct pg_tx *tx, const char *user_id, json_t **out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "category_list", PARAMS(P_STR(user_id)), &result, err))
        return false;
    *out = json_array();
    for (size_t i = 0; i < pg_rows(result); i++)
        json_array_append_new(*out, json_pack("{s:s, s:o, s:o, s:s}", "id", pg_str(result, i, 0),
                                              "parent_id", json_str_or_null(pg_str(result, i, 1)),
                                              "key", json_str_or_null(pg_str(result, i, 2)), "name",
                                              pg_str(result, i, 3)));
    return true;
}
