#include "keys/key_routes.h"

#include <stdio.h>
#include <string.h>

#include "auth.h"
#include "keys/keyring.h"

bool get_jwks(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)err;
    json_t *jwks = keyring_jwks(svc->keys, resp->etag);
    const char *known = req_header(req, "If-None-Match");
    resp->cache_control = "public, max-age=300";
    if (known != NULL && (strcmp(known, "*") == 0 || strstr(known, resp->etag) != NULL)) {
        json_decref(jwks);
        resp->status = 304;
        return true;
    }
    resp->content_type = "application/jwk-set+json";
    return resp_json(resp, 200, jwks);
}
