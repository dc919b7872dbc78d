#include "http/idempotency.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"

/* Why an advisory lock and not a row inserted first: a second request would wait for the first
 * one's row with a worker and a connection held; the lock tells it at once, and the row is written
 * once, with the answer. A first request that commits between our snapshot and our lock leaves us
 * with the lock and no row: then the insert below finds the row and changes nothing, and we roll
 * back. */
static const struct pg_statement statements[] = {
    {"idempotency_find",
     "SELECT l.mine, k.request_hash, k.status, k.body, k.location, k.etag"
     " FROM (SELECT pg_try_advisory_xact_lock(hashtextextended("
     "'idempotency ' || $1::text || ' ' || $2::text || ' ' || $3::text, 0)) AS mine) l"
     " LEFT JOIN idempotency_key k ON k.user_id = $1::text::uuid AND k.route = $2::text"
     " AND k.key = $3::text AND k.created_at > now() - interval '24 hours'"},
    {"idempotency_add",
     "INSERT INTO idempotency_key AS k"
     " (user_id, route, key, request_hash, status, body, location, etag)"
     " VALUES ($1::text::uuid, $2, $3, $4, $5::int, $6, $7, $8)"
     " ON CONFLICT (user_id, route, key) DO UPDATE SET request_hash = excluded.request_hash,"
     " status = excluded.status, body = excluded.body, location = excluded.location,"
     " etag = excluded.etag, created_at = now()"
     " WHERE k.created_at <= now() - interval '24 hours'"},
    {"idempotency_purge", "DELETE FROM idempotency_key WHERE (user_id, route, key) IN"
                          " (SELECT user_id, route, key FROM idempotency_key"
                          " WHERE created_at <= now() - interval '24 hours'"
                          " ORDER BY created_at LIMIT $1::int FOR UPDATE SKIP LOCKED)"},
    {"idempotency_forget", "DELETE FROM idempotency_key WHERE user_id = $1::text::uuid"},
};
const struct pg_statements idempotency_statements = {TABLE(statements)};

struct scope {
    const char *user_id, *key; /* key NULL: no header */
    char route[128];
    char hash[SHA256_HEX_SIZE]; /* of path and body */
};

static void hash_request(const struct req *req, char out[static SHA256_HEX_SIZE])
{
    unsigned char digest[SHA256_SIZE];
    sha256_two(req->path, strlen(req->path) + 1, req->raw, req->raw_len, digest);
    sha256_hex(digest, out);
}

static bool scope_of(const struct req *req, struct scope *scope, struct err *err)
{
    if (!idempotency_key(req, &scope->key, err))
        return false;
    if (scope->key == NULL)
        return true;
    if (req->identity == NULL)
        panic("idempotency without a user at %s", req->route->path);
    scope->user_id = req->identity->user_id;
    snprintf(scope->route, sizeof scope->route, "%s %s", req->route->method, req->route->path);
    hash_request(req, scope->hash);
    return true;
}

static bool replay(const struct pg_result *row, struct resp *resp, struct err *err)
{
    const char *body = pg_str(row, 0, 3), *location = pg_str(row, 0, 4), *etag = pg_str(row, 0, 5);
    resp->status = (unsigned)pg_int(row, 0, 2);
    if (body != NULL && !json_parse(body, strlen(body), &resp->body, err)) {
        err->code = ERR_INTERNAL;
        return err_wrap(err, "kept answer: ");
    }
    snprintf(resp->location, sizeof resp->location, "%s", location != NULL ? location : "");
    snprintf(resp->etag, sizeof resp->etag, "%s", etag != NULL ? etag : "");
    resp->replayed = true;
    return true;
}

static bool in_progress(struct err *err)
{
    err_set_name(err, ERR_CONFLICT, "idempotency_in_progress",
                 "the first request with this Idempotency-Key is still under way");
    err->retry_after_s = 1;
    return false;
}

bool idempotency_begin(struct pg_tx *tx, const struct req *req, struct resp *resp, bool *replayed,
                       struct err *err)
{
    struct scope scope;
    scoped(pg_result_drop) struct pg_result *row = NULL;
    *replayed = false;
    if (!scope_of(req, &scope, err))
        return false;
    if (scope.key == NULL)
        return true;
    if (!pg_exec(tx, "idempotency_find",
                 PARAMS(P_STR(scope.user_id), P_STR(scope.route), P_STR(scope.key)), &row, err))
        return err_wrap(err, "idempotency key: ");
    if (pg_rows(row) != 1)
        return err_set(err, ERR_INTERNAL, "idempotency_find gave %zu rows", pg_rows(row));
    const char *hash = pg_str(row, 0, 1);
    if (hash == NULL)
        return pg_bool(row, 0, 0) || in_progress(err);
    if (strcmp(hash, scope.hash) != 0)
        return err_set_name(err, ERR_INVALID, "idempotency_key_reused",
                            "this Idempotency-Key was used for another request");
    *replayed = replay(row, resp, err);
    return *replayed;
}

bool idempotency_finish(struct pg_tx *tx, const struct req *req, const struct resp *resp,
                        struct err *err)
{
    struct scope scope;
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!scope_of(req, &scope, err))
        return false;
    if (scope.key == NULL)
        return true;
    scoped(str_drop) char *body = resp->body != NULL ? json_text(resp->body) : NULL;
    if (!pg_exec(tx, "idempotency_add",
                 PARAMS(P_STR(scope.user_id), P_STR(scope.route), P_STR(scope.key),
                        P_STR(scope.hash), P_INT(resp->status != 0 ? resp->status : 200),
                        P_STR(body), P_STR(resp->location[0] != '\0' ? resp->location : NULL),
                        P_STR(resp->etag[0] != '\0' ? resp->etag : NULL)),
                 &result, err))
        return err_wrap(err, "idempotency key: ");
    return pg_affected(result) == 1 || in_progress(err);
}

bool idempotency_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!pg_exec(tx, "idempotency_purge", PARAMS(P_INT(limit)), &result, err))
        return err_wrap(err, "purging idempotency keys: ");
    *purged = pg_affected(result);
    return true;
}

bool idempotency_forget(struct pg_tx *tx, const char *user_id, struct err *err)
{
    return pg_exec(tx, "idempotency_forget", PARAMS(P_STR(user_id)), NULL, err) ||
           err_wrap(err, "forgetting idempotency keys: ");
}
