#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "exports/export_routes.h"
#include "http/precondition.h"
#include "identity/scopes.h"
#include "profile_store.h"
#include "receipts/receipt.h"
#include "user.h"

static bool refuse_deleted(const struct profile *profile, struct err *err)
{
    if (!profile->deleted)
        return true;
    return err_set_name(err, ERR_UNAUTHORIZED, "account_deleted", "this account was deleted");
}

bool user_enter(struct svc *svc, const struct identity *identity, struct pg_tx *tx,
                struct profile *profile, struct err *err)
{
    bool found, added;
    if (!profile_store_lock(tx, identity->user_id, profile, &found, err))
        return false;
    if (found)
        return refuse_deleted(profile, err);
    struct account account;
    account_from_identity(identity, &account);
    profile_init(profile, &account, &svc->defaults, time_now_us());
    if (!profile_store_add(tx, profile, &added, err))
        return false;
    if (added)
        return user_publish(tx, profile, NULL, err);
    if (!profile_store_lock(tx, identity->user_id, profile, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_UNAVAILABLE, "profile being made by another request");
    return refuse_deleted(profile, err);
}

static bool read_profile(struct svc *svc, const struct req *req, struct profile *profile,
                         struct err *err)
{
    bool found;
    if (!profile_store_find(svc->base.db, req->identity->user_id, profile, &found, err))
        return false;
    if (found)
        return refuse_deleted(profile, err);
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(svc->base.db, &tx, err) && user_enter(svc, req->identity, tx, profile, err) &&
           pg_commit(&tx, err);
}

static bool answer(struct resp *resp, const struct profile *profile, json_t *body)
{
    etag_set(resp, profile->version);
    return resp_json(resp, 200, body);
}

static bool me_get(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct profile profile;
    return req_no_query(req, resp, err) && read_profile(svc, req, &profile, err) &&
           answer(resp, &profile, profile_to_json(&profile));
}

static bool preferences_get(struct svc *svc, const struct req *req, struct resp *resp,
                            struct err *err)
{
    struct profile profile;
    return req_no_query(req, resp, err) && read_profile(svc, req, &profile, err) &&
           answer(resp, &profile, preferences_to_json(&profile.prefs));
}

typedef void change_fn(struct profile *profile, const json_t *body,
                       const struct preferences_rules *rules, struct fields *fields);

/* Reads, checks If-Match, applies change and stores, in one transaction. */
static bool edit(struct svc *svc, const struct req *req, struct resp *resp, change_fn *change,
                 struct profile *profile, struct err *err)
{
    const struct preferences_rules rules = {.defaults = &svc->defaults, .zones = &svc->zones};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    req_query_known(req, (const char *const[]){NULL}, &resp->fields);
    if (!req_need_object(req, err) || !precondition_present(req, err) ||
        !pg_begin(svc->base.db, &tx, err) || !user_enter(svc, req->identity, tx, profile, err) ||
        !precondition_check(req, profile->version, resp, err))
        return false;
    struct profile before = *profile;
    change(profile, req->body, &rules, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    if (!profile_same(&before, profile) &&
        (!profile_store_save(tx, profile, err) || !user_publish(tx, profile, NULL, err)))
        return false;
    return pg_commit(&tx, err);
}

static bool me_patch(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct profile profile;
    return edit(svc, req, resp, profile_patch, &profile, err) &&
           answer(resp, &profile, profile_to_json(&profile));
}

/* The whole set is replaced: what is not given gets its default again. */
static void put_preferences(struct profile *profile, const json_t *body,
                            const struct preferences_rules *rules, struct fields *fields)
{
    static const char *const required[] = {"base_currency", "time_zone", "locale"};
    for (size_t i = 0; i < LENGTH(required); i++) {
        char pointer[32];
        const json_t *value = json_object_get(body, required[i]);
        snprintf(pointer, sizeof pointer, "/%s", required[i]);
        if (value == NULL || json_is_null(value))
            field_error(fields, pointer, "required", "must be given");
    }
    profile->prefs = *rules->defaults;
    profile->chosen &= CHOSEN_NAME;
    preferences_patch(&profile->prefs, &profile->chosen, body, "", rules, fields);
}

static bool preferences_put(struct svc *svc, const struct req *req, struct resp *resp,
                            struct err *err)
{
    struct profile profile;
    return edit(svc, req, resp, put_preferences, &profile, err) &&
           answer(resp, &profile, preferences_to_json(&profile.prefs));
}

// clang-format off
const struct route user_routes[] = {
    {"GET",   "/api/v1/users/me",                       me_get,          ROUTE_USER, MAX_BODY_NONE, SCOPE_PROFILE_READ,  "the caller's profile", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH", "/api/v1/users/me",                       me_patch,        ROUTE_USER, MAX_BODY_8K,   SCOPE_PROFILE_WRITE, "change name and preferences (merge-patch, If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",   "/api/v1/users/me/preferences",           preferences_get, ROUTE_USER, MAX_BODY_NONE, SCOPE_PROFILE_READ,  "the caller's preferences", NULL, ROUTE_WORKERS, 0, NULL},
    {"PUT",   "/api/v1/users/me/preferences",           preferences_put, ROUTE_USER, MAX_BODY_8K,   SCOPE_PROFILE_WRITE, "replace the preferences (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",   "/api/v1/users/me/exports",               export_list,     ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT,       "the caller's exports, newest first", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",  "/api/v1/users/me/exports",               export_create,   ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT,       "ask for a copy of everything (Idempotency-Key)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",   "/api/v1/users/me/exports/{id}",          export_show,     ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT,       "how far an export is", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",   "/api/v1/users/me/exports/{id}/download", export_download, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT,       "its archive", NULL, ROUTE_WORKERS, ROUTE_STREAMS, NULL},
    {"GET",   "/api/v1/users/admin/erasures/{id}",      receipt_show,    ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN,         "which services have erased a deleted person", NULL, ROUTE_WORKERS, 0, NULL},
};
// clang-format on
const size_t user_route_count = LENGTH(user_routes);
