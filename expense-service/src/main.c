#include "base/mem.h"
#include "categories/category_store.h"
#include "categories/leaving.h"
#include "categories/leaving_store.h"
#include "events/events.h"
#include "expenses/change_store.h"
#include "expenses/expense_store.h"
#include "expenses/parsed_store.h"
#include "expenses/trash.h"
#include "ledger.h"
#include "live/live.h"
#include "live/ticket_store.h"
#include "owners/owner_export.h"
#include "owners/owner_store.h"
#include "owners/owner_topics.h"

extern const char openapi_yaml[];

/* A deleted person first: their categories go with them. */
static enum step background(struct svc *svc)
{
    enum step step = owner_erase_rest(svc);
    return step == STEP_IDLE ? leaving_rest(svc) : step;
}

int main(int argc, char **argv)
{
    static const char *const produces[] = {TOPIC_EXPENSE, TOPIC_EXPORT_PART, TOPIC_ERASURE, NULL};
    const struct pg_statements statements[] = {
        owner_statements,  category_statements, expense_statements, change_statements,
        parsed_statements, leaving_statements,  ticket_statements};
    const struct service service = {
        .name = "expense-service",
        .schema = "expense",
        .env_prefix = "EXPENSE_",
        .routes = ledger_routes,
        .route_count = ledger_route_count,
        .topics = ledger_topics,
        .topic_count = ledger_topic_count,
        .produces = produces,
        .statements = statements,
        .statement_count = LENGTH(statements),
        .openapi = openapi_yaml,
        .openapi_path = "/api/v1/expenses/openapi.yaml",
        .svc_size = sizeof(struct svc),
        .before_listen = live_start,
        .after_drain = live_stop,
        .housekeeping = trash_empty,
        .background = background,
        .exports = owner_exports,
    };
    return service_main(argc, argv, &service);
}
