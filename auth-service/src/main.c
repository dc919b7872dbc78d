#include "accounts/account_export.h"
#include "accounts/account_store.h"
#include "accounts/deletion_store.h"
#include "admin/admin_command.h"
#include "admin/admin_store.h"
#include "api_tokens/api_token_store.h"
#include "audit/audit_store.h"
#include "auth.h"
#include "base/mem.h"
#include "events/events.h"
#include "keys/key_command.h"
#include "keys/key_store.h"
#include "mail/mail_store.h"
#include "sessions/session_store.h"
#include "throttle/throttle_store.h"
#include "totp/totp_store.h"

extern const char openapi_yaml[];

static const char *const produces[] = {TOPIC_USER,        TOPIC_SESSION, TOPIC_KEYS,
                                       TOPIC_EXPORT_PART, TOPIC_ERASURE, NULL};
static const struct topic_row topics[] = {
    {TOPIC_EXPORT, EVENT_EXPORT_REQUESTED, export_on_requested,
     "tell all that is held of the person", false},
};

static enum step (*const background[])(struct svc *svc) = {auth_background, NULL};

int main(int argc, char **argv)
{
    const struct pg_statements statements[] = {
        account_statements,  admin_statements, api_token_statements, audit_statements,
        deletion_statements, key_statements,   mail_statements,      session_statements,
        throttle_statements, totp_statements,
    };
    const struct service_command commands[] = {admin_command, keys_command};
    const struct service service = {.name = "auth-service",
                                    .schema = "auth",
                                    .env_prefix = "AUTH_",
                                    .keys = auth_keys,
                                    .key_count = auth_key_count,
                                    .routes = auth_routes,
                                    .route_count = auth_route_count,
                                    .topics = TABLE(topics),
                                    .produces = produces,
                                    .exports = account_exports,
                                    .statements = TABLE(statements),
                                    .openapi = openapi_yaml,
                                    .openapi_path = AUTH_API "/openapi.yaml",
                                    .commands = commands,
                                    .command_count = LENGTH(commands),
                                    .svc_size = sizeof(struct svc),
                                    .conf_of = auth_conf_of,
                                    .before_listen = auth_prepare,
                                    .after_drain = auth_close,
                                    .housekeeping = auth_housekeeping,
                                    .background = background,
                                    .lane_threads = auth_lane_threads};
    return service_main(argc, argv, &service);
}
