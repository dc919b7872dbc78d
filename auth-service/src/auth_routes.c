#include "accounts/account_routes.h"
#include "accounts/deletion.h"
#include "accounts/password_routes.h"
#include "admin/admin_routes.h"
#include "api_tokens/api_token_routes.h"
#include "audit/audit_routes.h"
#include "auth.h"
#include "identity/scopes.h"
#include "keys/key_routes.h"
#include "mail/mail_routes.h"
#include "sessions/session_routes.h"
#include "totp/totp_routes.h"

#define API AUTH_API

/* clang-format off */
const struct route auth_routes[] = {
    {"POST", API "/signup", signup, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "make an account and sign in", NULL, ROUTE_SECOND, 0, NULL},
    {"POST", API "/login", login, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "sign in", NULL, ROUTE_SECOND, 0, NULL},
    {"POST", API "/token/refresh", refresh_session, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "rotate the refresh token", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/logout", logout, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "end the session of the token given", NULL, ROUTE_WORKERS, ROUTE_BODY_OPTIONAL, NULL},
    {"GET", API "/sessions", list_sessions, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "list one's sessions", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", API "/sessions", end_sessions, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "end all of one's sessions", NULL, ROUTE_WORKERS, 0, NULL},
    {"PUT", API "/password", change_password, ROUTE_USER, MAX_BODY_8K, SCOPE_ACCOUNT, "change the password, end the other sessions", NULL, ROUTE_SECOND, 0, NULL},
    {"DELETE", API "/sessions/{id}", end_session, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "end one of one's sessions", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/email/verify", verify_email, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "confirm an address by the code sent to it", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/email/verify/resend", resend_email, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "send such a code once more", NULL, ROUTE_WORKERS, ROUTE_BODY_OPTIONAL, NULL},
    {"POST", API "/password/forgot", forgot_password, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "send a code to set a new password with", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/password/reset", reset_password, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "set a new password with such a code, end all sessions", NULL, ROUTE_SECOND, 0, NULL},
    {"DELETE", API "/account", delete_account, ROUTE_USER, MAX_BODY_8K, SCOPE_ACCOUNT, "delete the account, after a time in which signing in undoes it", NULL, ROUTE_SECOND, 0, NULL},
    {"POST", API "/login/totp", login_totp, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "sign in, second step: a code of the second factor", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", API "/totp", totp_status, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "whether there is a second factor", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/totp", totp_begin, ROUTE_USER, MAX_BODY_8K, SCOPE_ACCOUNT, "begin a second factor", NULL, ROUTE_SECOND, 0, NULL},
    {"POST", API "/totp/confirm", totp_confirm, ROUTE_USER, MAX_BODY_8K, SCOPE_ACCOUNT, "turn it on with its first code", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", API "/totp", totp_off, ROUTE_USER, MAX_BODY_8K, SCOPE_ACCOUNT, "turn it off", NULL, ROUTE_SECOND, 0, NULL},
    {"GET", API "/audit", list_audit, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "what happened to one's account", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", API "/admin/users", admin_list_users, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "list users", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/admin/users/find", admin_find_user, ROUTE_USER, MAX_BODY_8K, SCOPE_ADMIN, "find a user by address or name", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", API "/admin/users/{id}", admin_get_user, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "one user", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH", API "/admin/users/{id}", admin_patch_user, ROUTE_USER, MAX_BODY_8K, SCOPE_ADMIN, "lock or unlock a user", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", API "/admin/users/{id}/sessions", admin_end_sessions, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "end all sessions of a user", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", API "/admin/users/{id}/totp", admin_remove_totp, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "take a user's second factor away", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", API "/admin/audit", admin_list_audit, ROUTE_USER, MAX_BODY_NONE, SCOPE_ADMIN, "what happened to everyone's accounts", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", API "/api-tokens", list_api_tokens, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "list one's API tokens", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/api-tokens", create_api_token, ROUTE_USER, MAX_BODY_8K, SCOPE_ACCOUNT, "make an API token, shown once", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", API "/api-tokens/{id}", delete_api_token, ROUTE_USER, MAX_BODY_NONE, SCOPE_ACCOUNT, "delete an API token and end its access", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/token", exchange_api_token, ROUTE_PUBLIC, MAX_BODY_8K, NULL, "exchange an API token for an access token", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST", API "/introspect", introspect_token, ROUTE_USER, MAX_BODY_8K, SCOPE_ACCOUNT, "what a token of one's own is good for", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET", "/.well-known/jwks.json", get_jwks, ROUTE_PUBLIC, MAX_BODY_NONE, NULL, "the public keys of access tokens", NULL, ROUTE_INLINE, 0, NULL},
};
/* clang-format on */
const size_t auth_route_count = sizeof auth_routes / sizeof *auth_routes;
