#include "admin/admin_routes.h"

#include <stdlib.h>
#include <string.h>

#include "accounts/account_store.h"
#include "admin/admin_store.h"
#include "audit/audit_routes.h"
#include "auth.h"
#include "base/log.h"
#include "base/mem.h"
#include "http/page.h"
#include "sessions/ending.h"
#include "totp/totp_routes.h"

static json_t *time_or_null(int64_t us)
{
    return us != 0 ? json_time(us) : json_null();
}

static json_t *user_json(const struct account_row *row)
{
    json_t *json = account_json(&row->account);
    json_object_set_new(json, "locked_at", time_or_null(row->account.locked_at_us));
    json_object_set_new(json, "delete_at", time_or_null(row->account.delete_at_us));
    json_object_set_new(json, "totp_enabled", json_boolean(row->has_totp));
    return json;
}

static bool no_such_user(struct err *err)
{
    return err_set(err, ERR_NOT_FOUND, "there is no such user");
}

static bool get_user(struct svc *svc, const char *user_id, struct account_row *row, struct err *err)
{
    bool found = false;
    if (uuid_valid(user_id) && !account_store_look(svc->base.db, user_id, row, &found, err))
        return false;
    return found || no_such_user(err);
}

/* In a body and by POST, since gateways write the addresses of requests into their logs. */
bool admin_find_user(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct credentials given;
    struct account_row row;
    bool found = false;
    if (!req_need_object(req, err))
        return false;
    if (!name_parse(req->body, &given, &resp->fields))
        return fields_check(&resp->fields, err);
    if (!account_store_find(svc->base.db, login_key(&given), &row, &found, err))
        return false;
    return found ? resp_json(resp, 200, user_json(&row)) : no_such_user(err);
}

static json_t *row_json(const struct req *req, const void *row)
{
    (void)req;
    return user_json(row);
}

bool admin_list_users(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    size_t count = 0;
    scoped(page_fini) struct page page = {.limit = 0};
    req_query_known(req, (const char *const[]){"cursor", "limit", NULL}, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    size_t limit = (size_t)page.limit;
    struct account_row *rows = xcalloc(limit + 1, sizeof *rows);
    bool ok = account_store_page(svc->base.db, page.keys[0] ? page.keys[0] : "", limit + 1, rows,
                                 &count, err) &&
              page_answer_rows(
                  req, &page,
                  &(struct page_rows){.rows = rows,
                                      .count = count,
                                      .size = sizeof *rows,
                                      .key_at = offsetof(struct account_row, account.user_id),
                                      .to_json = row_json},
                  resp);
    free(rows);
    return ok;
}

bool admin_get_user(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    return get_user(svc, req_param(req, "id"), &row, err) && resp_json(resp, 200, user_json(&row));
}

static bool set_locked(struct svc *svc, const struct req *req, const char *user_id, bool locked,
                       struct err *err)
{
    bool changed = false;
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) || !admin_store_lock(tx, user_id, locked, &changed, err))
        return false;
    if (!changed)
        return true;
    if (locked && !access_end_all(tx, user_id, "locked", &gone, err))
        return false;
    if (!audit_add(tx, req, user_id, locked ? AUDIT_LOCKED : AUDIT_UNLOCKED, err) ||
        !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, user_id, &gone);
    log_info(locked ? "user_locked" : "user_unlocked", L_STR("user_id", user_id),
             L_STR("by", req->identity->user_id));
    return true;
}

/* No If-Match: that an account is closed must not fail because its owner changed it meanwhile, and
 * locked is set, not computed from what was read. */
bool admin_patch_user(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    bool locked = false;
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    const char *user_id = req_param(req, "id");
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"locked", NULL});
    json_read_bool(&reader, "locked", JSON_REQUIRED, &locked);
    if (!fields_check(&resp->fields, err) || !get_user(svc, user_id, &row, err))
        return false;
    if (locked && strcmp(row.account.user_id, req->identity->user_id) == 0)
        return err_set_name(
            err, ERR_CONFLICT, "own_account",
            "an admin cannot lock the own account: nobody might be left to open it");
    return set_locked(svc, req, row.account.user_id, locked, err) &&
           admin_get_user(svc, req, resp, err);
}

bool admin_remove_totp(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    if (!get_user(svc, req_param(req, "id"), &row, err))
        return false;
    resp->status = 204;
    return totp_remove(svc, req, &row.account, AUDIT_TOTP_REMOVED, err);
}

bool admin_end_sessions(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct account_row row;
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!get_user(svc, req_param(req, "id"), &row, err))
        return false;
    const char *user_id = row.account.user_id;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !session_end_all(tx, user_id, NULL, "ended_by_admin", &gone, err) ||
        !audit_add(tx, req, user_id, AUDIT_SESSIONS_ENDED, err) || !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, user_id, &gone);
    resp->status = 204;
    return true;
}

static json_t *full_entry_json(const struct req *req, const void *row)
{
    (void)req;
    const struct audit_entry *entry = row;
    json_t *json = audit_entry_json(entry);
    json_object_set_new(json, "user_id", json_string(entry->user_id));
    json_object_set_new(json, "actor_id",
                        json_str_or_null(entry->actor_id[0] ? entry->actor_id : NULL));
    return json;
}

bool admin_list_audit(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *user_id = req_query(req, "user_id");
    req_query_known(req, (const char *const[]){"cursor", "limit", "user_id", NULL}, &resp->fields);
    if (user_id != NULL && !uuid_valid(user_id))
        field_error(&resp->fields, "?user_id", "uuid_invalid", "must be a UUID");
    return audit_page(svc, req, resp, user_id, full_entry_json, err);
}
