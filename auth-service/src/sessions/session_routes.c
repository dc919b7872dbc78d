#include "sessions/session_routes.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audit/audit.h"
#include "auth.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "http/page.h"
#include "sessions/ending.h"
#include "sessions/grant.h"
#include "sessions/session_store.h"

/* What is to end, why, and how the audit log calls it. */
struct session_end {
    const char *user_id, *session_id, *reason, *action;
};

static bool end_in(struct pg_tx *tx, const struct req *req, const struct session_end *end,
                   struct ended_sessions *gone, struct err *err)
{
    return session_end(tx, end->user_id, end->session_id, end->reason, gone, err) &&
           (gone->count == 0 || audit_add(tx, req, end->user_id, end->action, err));
}

static bool end_now(struct svc *svc, const struct req *req, const struct session_end *end,
                    bool *ended, struct err *err)
{
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) || !end_in(tx, req, end, &gone, err) ||
        !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, end->user_id, &gone);
    *ended = gone.count > 0;
    return true;
}

static bool no_such_token(struct err *err)
{
    return err_set_name(err, ERR_UNAUTHORIZED, "refresh_token_invalid",
                        "the refresh token is not valid");
}

static bool read_refresh_token(const struct req *req, struct resp *resp, enum json_need need,
                               const char **text, struct err *err)
{
    struct json_reader reader = {.object = req->body, .prefix = "", .fields = &resp->fields};
    *text = NULL;
    if (req->body == NULL && need == JSON_OPTIONAL)
        return true;
    if (!req_need_object(req, err))
        return false;
    json_read_known(&reader, (const char *const[]){"refresh_token", NULL});
    json_read_str(&reader, "refresh_token", need, 1, 512, text);
    return fields_check(&resp->fields, err);
}

/* The session that an old token showed to be in two hands is ended, and that is committed although
 * the request fails. */
static bool refuse_reuse(struct svc *svc, const struct req *req, struct pg_tx **tx,
                         const struct session *session, struct err *err)
{
    struct session_end end = {.user_id = session->user_id,
                              .session_id = session->session_id,
                              .reason = "refresh_token_reused",
                              .action = AUDIT_REFRESH_REUSED};
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    if (!end_in(*tx, req, &end, &gone, err) || !pg_commit(tx, err))
        return false;
    sessions_forget(svc, session->user_id, &gone);
    return err_set_name(err, ERR_UNAUTHORIZED, "refresh_token_reused",
                        "the refresh token was used before; its session has ended");
}

/* Any other use than the first of a token: at the same moment as another, late, or of one that was
 * stolen. */
static bool refresh_again(struct svc *svc, const struct req *req, struct resp *resp,
                          const struct refresh_token *used, struct err *err)
{
    struct session session;
    struct account account;
    char next[REFRESH_TEXT_SIZE];
    bool found = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(json_drop) json_t *answer = NULL;
    struct session_rules rules = grant_rules(svc);
    if (!pg_begin(svc->base.db, &tx, err) ||
        !session_store_lock(tx, used, &session, &account, &found, err))
        return false;
    if (!found)
        return no_such_token(err);
    switch (session_refresh(&session, used, &rules, time_now_us(), next)) {
    case REFRESH_ROTATED:
    case REFRESH_PARALLEL:
        break;
    case REFRESH_UNKNOWN:
        return no_such_token(err);
    case REFRESH_EXPIRED:
        return err_set_name(err, ERR_UNAUTHORIZED, "refresh_token_expired",
                            "the session has expired");
    case REFRESH_CROWDED:
        err_set(err, ERR_TOO_MANY, "too many refreshes of one token at once");
        err->retry_after_s = (unsigned)svc->conf.refresh_grace_s;
        return false;
    case REFRESH_REUSED:
        return refuse_reuse(svc, req, &tx, &session, err);
    }
    session_set_client(&session, req->address, req_header(req, "User-Agent"));
    if (!session_store_save(tx, &session, err) ||
        !grant_answer(svc, &account, &session, next, &answer, err) || !pg_commit(&tx, err))
        return false;
    return resp_json(resp, 200, json_incref(answer));
}

bool refresh_session(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *text;
    struct refresh_token used;
    struct session session;
    struct account account;
    char next[REFRESH_TEXT_SIZE];
    bool rotated = false;
    scoped(json_drop) json_t *answer = NULL;
    struct session_rules rules = grant_rules(svc);
    if (!read_refresh_token(req, resp, JSON_REQUIRED, &text, err))
        return false;
    if (!refresh_token_parse(text, &used))
        return no_such_token(err);
    session_after(&used, &rules, time_now_us(), &session, next);
    session_set_client(&session, req->address, req_header(req, "User-Agent"));
    if (!session_store_rotate(svc->base.db, &used, &session, &account, &rotated, err))
        return false;
    if (!rotated)
        return refresh_again(svc, req, resp, &used, err);
    return grant_answer(svc, &account, &session, next, &answer, err) &&
           resp_json(resp, 200, json_incref(answer));
}

/* The bearer's session when the header has a good token. An expired one is no obstacle to signing
 * out with a refresh token, so failing is the caller's to judge. */
static bool bearer(struct svc *svc, const struct req *req, struct identity *identity,
                   struct err *err)
{
    static const char scheme[] = "Bearer ";
    const char *header = req_header(req, "Authorization");
    bool has = header != NULL && strncasecmp(header, scheme, sizeof scheme - 1) == 0;
    return verifier_check(svc->base.verifier, has ? header + sizeof scheme - 1 : NULL,
                          time_now_us() / US_PER_S, identity, err);
}

/* Any genuine token of the family may end it; one that means nothing (any more) is already signed
 * out, as in RFC 7009, 2.2. */
static bool end_by_token(struct svc *svc, const struct req *req, const char *text, struct err *err)
{
    struct refresh_token token;
    struct session session;
    struct account account;
    bool found = false;
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!refresh_token_parse(text, &token))
        return true;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !session_store_lock(tx, &token, &session, &account, &found, err))
        return false;
    if (!found || !refresh_token_genuine(&token, session.family_key))
        return true;
    struct session_end end = {.user_id = token.user_id,
                              .session_id = token.session_id,
                              .reason = "logout",
                              .action = AUDIT_SIGNED_OUT};
    if (!end_in(tx, req, &end, &gone, err) || !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, token.user_id, &gone);
    return true;
}

bool logout(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *text;
    struct identity identity;
    bool ended;
    if (!read_refresh_token(req, resp, JSON_OPTIONAL, &text, err))
        return false;
    bool known = bearer(svc, req, &identity, err);
    if (!known && text == NULL)
        return false;
    if (text != NULL && !end_by_token(svc, req, text, err))
        return false;
    struct session_end end = {.user_id = identity.user_id,
                              .session_id = identity.session_id,
                              .reason = "logout",
                              .action = AUDIT_SIGNED_OUT};
    if (known && !end_now(svc, req, &end, &ended, err))
        return false;
    resp->status = 204;
    return true;
}

static json_t *row_json(const struct req *req, const void *row)
{
    const struct session *session = row;
    return session_json(session, strcmp(session->session_id, req->identity->session_id) == 0);
}

bool list_sessions(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {.limit = 0};
    size_t count = 0;
    req_query_known(req, (const char *const[]){"cursor", "limit", NULL}, &resp->fields);
    page_read(req, "u", &page, &resp->fields);
    if (!fields_check(&resp->fields, err))
        return false;
    size_t limit = (size_t)page.limit;
    struct session *rows = xcalloc(limit + 1, sizeof *rows);
    bool ok = session_store_list(svc->base.db, req->identity->user_id,
                                 page.keys[0] ? page.keys[0] : "", limit + 1, rows, &count, err) &&
              page_answer_rows(req, &page,
                               &(struct page_rows){.rows = rows,
                                                   .count = count,
                                                   .size = sizeof *rows,
                                                   .key_at = offsetof(struct session, session_id),
                                                   .to_json = row_json},
                               resp);
    free(rows);
    return ok;
}

bool end_session(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *session_id = req_param(req, "id");
    bool ended = false;
    struct session_end end = {.user_id = req->identity->user_id,
                              .session_id = session_id,
                              .reason = "ended_by_user",
                              .action = AUDIT_SESSION_ENDED};
    if (uuid_valid(session_id) && !end_now(svc, req, &end, &ended, err))
        return false;
    if (!ended)
        return err_set(err, ERR_NOT_FOUND, "there is no such session");
    resp->status = 204;
    return true;
}

bool end_sessions(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    const char *user_id = req->identity->user_id;
    scoped(ended_sessions_fini) struct ended_sessions gone = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (!pg_begin(svc->base.db, &tx, err) ||
        !session_end_all(tx, user_id, NULL, "ended_by_user", &gone, err) ||
        !audit_add(tx, req, user_id, AUDIT_SESSIONS_ENDED, err) || !pg_commit(&tx, err))
        return false;
    sessions_forget(svc, user_id, &gone);
    resp->status = 204;
    return true;
}
