#include "categories/category_store.h"

#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "base/uuid.h"
#include "categories/category_names.h"
#include "pg/columns.h"

static const struct pg_statement rows[] = {
    {"category_add_many",
     "INSERT INTO category (user_id, id, key, name, icon, colour, position)"
     " SELECT $1::uuid, t.id, t.key, t.name, t.icon, t.colour, t.position"
     " FROM jsonb_to_recordset($2::jsonb) AS t(id uuid, key text, name text, icon text,"
     "      colour text, position int)"
     " ON CONFLICT DO NOTHING"},
    /* Those that still have a name of the set, in whatever language; one whose name another has
       keeps its own. */
    {"category_translate",
     "UPDATE category c SET name = t.name, updated_at = now(), version = version + 1"
     " FROM unnest($2::text[], $3::text[], $4::boolean[]) AS t (key, name, wanted)"
     " WHERE c.user_id = $1 AND c.key = t.key AND t.wanted AND c.name <> t.name AND c.deleted_at "
     "IS NULL"
     "  AND EXISTS (SELECT FROM unnest($2::text[], $3::text[]) AS k (key, name)"
     "   WHERE k.key = c.key AND k.name = c.name)"
     "  AND NOT EXISTS (SELECT FROM category d WHERE d.user_id = $1 AND lower(d.name) = "
     "lower(t.name)"
     "   AND d.id <> c.id AND d.deleted_at IS NULL)"},
    {"category_list",
     "SELECT " CATEGORY_COLUMNS " FROM category WHERE user_id = $1 AND deleted_at IS NULL"
     " ORDER BY position, lower(name), id"},
    {"category_lock",
     "SELECT " CATEGORY_COLUMNS " FROM category WHERE user_id = $1 AND deleted_at IS NULL"
     " ORDER BY id FOR NO KEY UPDATE"},
    {"category_add", "INSERT INTO category (user_id, id, parent_id, name, icon, colour, position)"
                     " VALUES ($1, $2, $3, $4, $5, lower($6), $7)"},
    {"category_save",
     "UPDATE category SET parent_id = $3, name = $4, icon = $5, colour = lower($6), position = $7,"
     "       updated_at = now(), version = version + 1"
     " WHERE user_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING version"},
    /* What was on its way here goes on to the new place. */
    {"category_redirect", "UPDATE category SET moved_to = $3 WHERE user_id = $1 AND moved_to = $2"
                          " AND deleted_at IS NOT NULL"},
    {"category_delete", "UPDATE category SET deleted_at = now(), moved_to = $3, key = NULL,"
                        "       parent_id = NULL WHERE user_id = $1 AND id = $2"},
};
const struct pg_statements category_statements = {TABLE(rows)};

bool category_store_add_defaults(struct pg_tx *tx, const char *user_id, struct err *err)
{
    scoped(json_drop) json_t *list = json_array();
    for (size_t i = 0; i < category_default_count; i++) {
        const struct category_default *each = &category_defaults[i];
        char id[UUID_SIZE];
        uuid_new(id);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:i}", "id", id, "key",
                                              each->key, "name", each->name, "icon", each->icon,
                                              "colour", each->colour, "position", (int)i));
    }
    scoped(str_drop) char *text = json_text(list);
    return pg_exec(tx, "category_add_many", PARAMS(P_STR(user_id), P_STR(text)), NULL, err);
}

bool category_store_translate(struct pg_tx *tx, const char *user_id, const char *locale,
                              struct err *err)
{
    scoped(pg_columns_fini) struct pg_columns columns;
    struct pg_param params[4] = {P_STR(user_id)};
    pg_columns_init(&columns, 3);
    for (size_t n = 0; n < category_default_count; n++) {
        const char *wanted = category_name_in(locale, n), *name;
        for (size_t language = 0; (name = category_name_nth(language, n)) != NULL; language++) {
            pg_columns_str(&columns, 0, category_defaults[n].key);
            pg_columns_str(&columns, 1, name);
            pg_columns_param(&columns, 2, &P_BOOL(name == wanted));
        }
    }
    pg_columns_params(&columns, params + 1);
    return pg_exec(tx, "category_translate", params, LENGTH(params), NULL, err);
}

void category_rows_fini(struct category_rows *rows_read)
{
    category_tree_fini(&rows_read->tree);
    pg_result_drop(&rows_read->result);
}

void category_from_row(const struct pg_result *result, size_t row, struct category *out)
{
    *out = (struct category){
        .id = pg_str(result, row, 0),
        .parent_id = pg_str(result, row, 1),
        .key = pg_str(result, row, 2),
        .name = pg_str(result, row, 3),
        .icon = pg_str(result, row, 4),
        .colour = pg_str(result, row, 5),
        .position = pg_int(result, row, 6),
        .version = pg_int(result, row, 7),
    };
}

static bool read_rows(struct pg_tx *tx, const char *statement, const char *user_id,
                      struct category_rows *out, struct err *err)
{
    if (!pg_exec(tx, statement, PARAMS(P_STR(user_id)), &out->result, err))
        return false;
    out->tree.count = pg_rows(out->result);
    out->tree.rows = xcalloc(out->tree.count + 1, sizeof *out->tree.rows);
    for (size_t i = 0; i < out->tree.count; i++)
        category_from_row(out->result, i, &out->tree.rows[i]);
    return true;
}

bool category_store_list(struct pg_tx *tx, const char *user_id, struct category_rows *out,
                         struct err *err)
{
    return read_rows(tx, "category_list", user_id, out, err);
}

bool category_store_lock(struct pg_tx *tx, const char *user_id, struct category_rows *out,
                         struct err *err)
{
    return read_rows(tx, "category_lock", user_id, out, err);
}

static bool write_row(struct pg_tx *tx, const char *statement, const char *user_id,
                      const struct category *category, struct pg_result **result, struct err *err)
{
    if (pg_exec(tx, statement,
                PARAMS(P_STR(user_id), P_STR(category->id), P_STR(category->parent_id),
                       P_STR(category->name), P_STR(category->icon), P_STR(category->colour),
                       P_INT(category->position)),
                result, err))
        return true;
    if (err->code == ERR_CONFLICT && strcmp(err->name, "category_name") == 0)
        err_set_name(err, ERR_CONFLICT, "name_taken", "another category has this name");
    return false;
}

bool category_store_add(struct pg_tx *tx, const char *user_id, const struct category *category,
                        struct err *err)
{
    return write_row(tx, "category_add", user_id, category, NULL, err);
}

bool category_store_save(struct pg_tx *tx, const char *user_id, struct category *category,
                         struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!write_row(tx, "category_save", user_id, category, &result, err))
        return false;
    if (pg_rows(result) != 1)
        return err_set(err, ERR_INTERNAL, "category to change is not there");
    category->version = pg_int(result, 0, 0);
    return true;
}

bool category_store_delete(struct pg_tx *tx, const char *user_id, const struct category *category,
                           const char *moved_to, struct err *err)
{
    return pg_exec(tx, "category_redirect",
                   PARAMS(P_STR(user_id), P_STR(category->id), P_STR(moved_to)), NULL, err) &&
           pg_exec(tx, "category_delete",
                   PARAMS(P_STR(user_id), P_STR(category->id), P_STR(moved_to)), NULL, err);
}
