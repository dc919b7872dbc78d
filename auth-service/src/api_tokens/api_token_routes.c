#include "api_tokens/api_token_routes.h"

#include <stdlib.h>
#include <string.h>

#include "api_tokens/api_token_store.h"
#include "audit/audit.h"
#include "auth.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "http/page.h"
#include "identity/scopes.h"
#include "keys/keyring.h"
#include "sessions/ending.h"
#include "sessions/session_store.h"

enum { TOKEN_TEXT_MAX = 4096 };

/* The bearer's session still stands, by the database: what outlives an access token by years is not
 * given out on the word of one whose end has not come round yet. */
static bool hold_session(struct pg_tx *tx, const struct req *req, struct err *err)
{
    bool live = false;
    return session_store_hold(tx, req->identity->user_id, req->identity->session_id, &live, err) &&
           (live || err_set_name(err, ERR_UNAUTHORIZED, "token_revoked", "the session has ended"));
}

bool create_api_token(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct api_token token = {.last_used_at_us = 0};
    char text[API_TOKEN_TEXT_SIZE];
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!req_need_object(req, err))
        return false;
    memcpy(token.user_id, req->identity->user_id, UUID_SIZE);
    api_token_read(req->body, time_now_us(), &token, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    api_token_make(&token, text);
    if (!pg_begin(svc->base.db, &tx, err) || !hold_session(tx, req, err) ||
        !api_token_store_add(tx, &token, err) ||
        !audit_add(tx, req, token.user_id, AUDIT_API_TOKEN_CREATED, err) || !pg_commit(&tx, err)) {
        explicit_bzero(text, sizeof text);
        return false;
    }
    json_t *body = api_token_json(&token);
    json_object_set_new(body, "token", json_string(text));
    explicit_bzero(text, sizeof text);
    resp->cache_control = "no-store";
    return resp_json(resp, 201, body);
}

static json_t *row_json(const struct req *req, const void *row)
{
    (void)req;
    return api_token_json(row);
}

bool list_api_tokens(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {.limit = 0};
    size_t count = 0;
    req_query_known(req, (const char *const[]){"cursor", "limit", NULL}, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    size_t limit = (size_t)page.limit;
    struct api_token *rows = xcalloc(limit + 1, sizeof *rows);
    bool ok =
        api_token_store_list(svc->base.db, req->identity->user_id, page.keys[0] ? page.keys[0] : "",
                             limit + 1, rows, &count, err) &&
        page_answer_rows(req, &page,
                         &(struct page_rows){.rows = rows,
                                             .count = count,
                                             .size = sizeof *rows,
                                             .key_at = offsetof(struct api_token, token_id),
                                             .to_json = row_json},
                         resp);
    free(rows);
    return ok;
}

bool delete_api_token(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *user_id = req->identity->user_id, *token_id = req_param(req, "id");
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!uuid_valid(token_id))
        return err_set(err, ERR_NOT_FOUND, "no such API token");
    if (!pg_begin(svc->base.db, &tx, err) ||
        !api_token_end(tx, user_id, token_id, "api_token_deleted", &gone, err))
        return false;
    if (gone.count == 0)
        return err_set(err, ERR_NOT_FOUND, "no such API token");
    if (!audit_add(tx, req, user_id, AUDIT_API_TOKEN_DELETED, err) || !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, user_id, &gone);
    resp->status = 204;
    return true;
}

static bool read_token(const struct req *req, struct resp *resp, const char *member,
                       const char **text, struct err *err)
{
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    *text = NULL;
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){member, NULL});
    json_read_str(&reader, member, JSON_REQUIRED, 1, TOKEN_TEXT_MAX, text);
    return fields_check(&resp->fields, err);
}

bool exchange_api_token(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *text;
    struct api_token token;
    struct account account;
    bool found = false;
    scoped(secret_drop) char *access_token = NULL;
    if (!read_token(req, resp, "api_token", &text, err) ||
        (api_token_parse(text, &token) &&
         !api_token_store_use(svc->base.db, &token, &account, &found, err)))
        return false;
    if (!found)
        return err_set_name(err, ERR_UNAUTHORIZED, "api_token_invalid",
                            "the API token is not valid, or has expired");
    const struct service_conf *common = svc->base.conf;
    struct access_claims claims = {.issuer = common->jwt_issuer,
                                   .audience = common->jwt_audience,
                                   .session_id = token.token_id,
                                   .scope = token.scope,
                                   .account = &account,
                                   .now_s = time_now_us() / US_PER_S,
                                   .life_s = svc->conf.access_ttl_s};
    if (!keyring_sign(svc->keys, &claims, &access_token, err))
        return false;
    resp->cache_control = "no-store";
    return resp_json(resp, 200,
                     json_pack("{s:s, s:s, s:i, s:s}", "access_token", access_token, "token_type",
                               "Bearer", "expires_in", svc->conf.access_ttl_s, "scope",
                               token.scope));
}

static json_t *inactive(void)
{
    return json_pack("{s:b}", "active", false);
}

/* The account's words say nothing of who may see whom: an admin's token has the scope. */
static bool may_see(const struct req *req, const char *user_id)
{
    return strcmp(req->identity->user_id, user_id) == 0 ||
           identity_has_scope(req->identity, SCOPE_ADMIN);
}

static json_t *access_token_seen(const struct svc *svc, const struct req *req,
                                 const struct identity *id)
{
    if (!may_see(req, id->user_id))
        return inactive();
    const struct service_conf *common = svc->base.conf;
    return json_pack("{s:b, s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "active", true, "scope",
                     id->scope, "token_type", "Bearer", "sub", id->user_id, "sid", id->session_id,
                     "jti", id->token_id, "iat", (json_int_t)id->issued_at, "exp",
                     (json_int_t)id->expires_at, "iss", common->jwt_issuer, "aud",
                     common->jwt_audience);
}

static json_t *api_token_seen(const struct req *req, const struct api_token *token)
{
    if (!may_see(req, token->user_id))
        return inactive();
    return json_pack("{s:b, s:s, s:s, s:s, s:s, s:I, s:I}", "active", true, "scope", token->scope,
                     "token_type", "api_token", "sub", token->user_id, "sid", token->token_id,
                     "iat", (json_int_t)(token->created_at_us / US_PER_S), "exp",
                     (json_int_t)(token->expires_at_us / US_PER_S));
}

bool introspect_token(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *text;
    struct api_token token;
    struct account account;
    struct identity id;
    struct err ignored;
    bool found = false;
    if (!read_token(req, resp, "token", &text, err))
        return false;
    resp->cache_control = "no-store";
    if (api_token_parse(text, &token)) {
        if (!api_token_store_find(svc->base.db, &token, &account, &found, err))
            return false;
        return resp_json(resp, 200, found ? api_token_seen(req, &token) : inactive());
    }
    bool active = verifier_check(svc->base.verifier, text, time_now_us() / US_PER_S, &id, &ignored);
    return resp_json(resp, 200, active ? access_token_seen(svc, req, &id) : inactive());
}
