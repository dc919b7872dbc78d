#include "keys/key_routes.h"

#include "auth.h"
#include "keys/keyring.h"

bool get_jwks(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    (void)req, (void)err;
    json_t *jwks = keyring_jwks(svc->keys, resp->etag);
    resp->cache_control = "public, max-age=300";
    return resp_json(resp, 200, jwks);
}
