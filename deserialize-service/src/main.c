/* deserialize-service - takes bank texts, reads them, tells what they said. */
#include "base/mem.h"
#include "deserialize.h"
#include "events/events.h"
#include "messages/message_routes.h"
#include "messages/message_store.h"
#include "preview/preview_routes.h"
#include "replay/replay_command.h"
#include "replay/replay_store.h"
#include "service/service.h"
#include "templates/taught_store.h"
#include "texts/key_command.h"
#include "texts/retention.h"
#include "texts/sealing.h"
#include "uploads/upload_store.h"
#include "users/person_export.h"
#include "users/person_store.h"
#include "users/person_topics.h"
#include "workers/reading_store.h"
#include "workers/reading_topics.h"

/* clang-format off */
static const struct topic_row topics[] = {
    {TOPIC_USER, EVENT_USER_DELETED, person_on_deleted, "erase the user's texts, keep a tombstone", true},
    {TOPIC_EXPORT, EVENT_EXPORT_REQUESTED, export_on_requested, "tell all that is held of the user", false},
    {TOPIC_PROFILE, EVENT_PROFILE_UPDATED, person_on_profile, "learn base currency, time zone and how long texts are kept", true},
    {TOPIC_MESSAGE, EVENT_MESSAGE_RECEIVED, reading_on_message, "read the text", false},
    {TOPIC_EXPENSE, EVENT_EXPENSE_CREATED, reading_on_expense, "note which expense a text became", true},
};
static const char *const produces[] = {TOPIC_MESSAGE, TOPIC_TRANSACTION, TOPIC_OUTCOME, TOPIC_EXPORT_PART, TOPIC_ERASURE, NULL};
/* clang-format on */

extern const char openapi_yaml[];

int main(int argc, char **argv)
{
    const struct pg_statements statements[] = {
        message_statements,   person_statements,  preview_statements, reading_statements,
        retention_statements, sealing_statements, taught_statements,  text_key_statements,
        replay_statements,    upload_statements};
    const struct service_command commands[] = {keys_command, replay_command};
    const struct service service = {
        .name = "deserialize-service",
        .schema = "deserialize",
        .env_prefix = "DESERIALIZE_",
        .keys = deserialize_keys,
        .key_count = deserialize_key_count,
        .routes = message_routes,
        .route_count = message_route_count,
        .topics = topics,
        .topic_count = LENGTH(topics),
        .produces = produces,
        .statements = statements,
        .statement_count = LENGTH(statements),
        .openapi = openapi_yaml,
        .openapi_path = "/api/v1/messages/openapi.yaml",
        .svc_size = sizeof(struct svc),
        .conf_of = deserialize_conf_of,
        .after_conf = deserialize_open,
        .before_listen = deserialize_prepare,
        .at_end = deserialize_close,
        .housekeeping = deserialize_housekeeping,
        .background = deserialize_background,
        .commands = commands,
        .command_count = LENGTH(commands),
        .exports = person_exports,
        .export_mend = person_export_mend,
    };
    return service_main(argc, argv, &service);
}
