#include "accounts/account_routes.h"
#include "accounts/account_store.h"
#include "auth.h"
#include "base/mem.h"
#include "events/events.h"
#include "identity/scopes.h"
#include "keys/key_routes.h"
#include "keys/key_store.h"
#include "sessions/session_routes.h"
#include "sessions/session_store.h"
#include "throttle/throttle_store.h"

extern const char openapi_yaml[];

#define API "/api/v1/auth"

/* clang-format off */
static const struct route routes[] = {
    {"POST", API "/signup", signup, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "make an account and sign in", NULL, ROUTE_SECOND, 0},
    {"POST", API "/login", login, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "sign in", NULL, ROUTE_SECOND, 0},
    {"POST", API "/token/refresh", refresh_session, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "rotate the refresh token", NULL, ROUTE_WORKERS, 0},
    {"POST", API "/logout", logout, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "end the session of the token given", NULL, ROUTE_WORKERS, ROUTE_BODY_OPTIONAL},
    {"GET", API "/sessions", list_sessions, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "list one's sessions", NULL, ROUTE_WORKERS, 0},
    {"DELETE", API "/sessions/{id}", end_session, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "end one of one's sessions", NULL, ROUTE_WORKERS, 0},
    {"GET", "/.well-known/jwks.json", get_jwks, ROUTE_PUBLIC, MAX_BODY_NONE, NULL, "the public keys of access tokens", NULL, ROUTE_INLINE, 0},
};
/* clang-format on */

static const char *const produces[] = {TOPIC_USER, TOPIC_SESSION, TOPIC_KEYS, NULL};

int main(int argc, char **argv)
{
    const struct pg_statements statements[] = {account_statements, key_statements,
                                               session_statements, throttle_statements};
    const struct service service = {.name = "auth-service",
                                    .schema = "auth",
                                    .env_prefix = "AUTH_",
                                    .keys = auth_keys,
                                    .key_count = auth_key_count,
                                    .routes = TABLE(routes),
                                    .produces = produces,
                                    .statements = TABLE(statements),
                                    .openapi = openapi_yaml,
                                    .openapi_path = API "/openapi.yaml",
                                    .svc_size = sizeof(struct svc),
                                    .conf_of = auth_conf_of,
                                    .before_listen = auth_prepare,
                                    .after_drain = auth_close,
                                    .every_minute = auth_every_minute,
                                    .lane_threads = auth_lane_threads};
    return service_main(argc, argv, &service);
}
