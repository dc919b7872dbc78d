#include "accounts/account_store.h"
#include "accounts/gap_store.h"
#include "accounts/gap_watch.h"
#include "base/mem.h"
#include "budgets/budget_store.h"
#include "budgets/watching.h"
#include "categories/category_store.h"
#include "categories/followers.h"
#include "categories/leaving.h"
#include "categories/leaving_store.h"
#include "events/events.h"
#include "expenses/change_store.h"
#include "expenses/expense_store.h"
#include "expenses/parsed_refs.h"
#include "expenses/parsed_store.h"
#include "expenses/reparsed_store.h"
#include "expenses/trash.h"
#include "imports/entering_refs.h"
#include "imports/entering_store.h"
#include "imports/import_store.h"
#include "imports/importing.h"
#include "insight/insight_store.h"
#include "insight/summary_store.h"
#include "ledger.h"
#include "links/link_store.h"
#include "links/suggestion_store.h"
#include "live/live.h"
#include "live/ticket_store.h"
#include "merchants/learning.h"
#include "merchants/merchant_store.h"
#include "owners/owner_export.h"
#include "owners/owner_store.h"
#include "owners/owner_topics.h"
#include "rates/rate_command.h"
#include "rates/rate_fetch.h"
#include "rates/rate_store.h"
#include "recurring/recurring_store.h"
#include "rules/rule_store.h"
#include "rules/ruling.h"
#include "sums/sum_store.h"
#include "sums/sums.h"
#include "sums/verify_command.h"

extern const char openapi_yaml[];

static enum step (*const background[])(struct svc *svc) = {
    owner_erase_rest, leaving_rest,   sums_rest,     learning_spread,
    rules_work,       importing_step, budgets_watch, NULL};

static void housekeeping(struct svc *svc)
{
    trash_empty(svc);
    sums_fold(svc);
    imports_purge(svc);
    gaps_watch(svc);
    rates_fetch(svc);
}

static const struct conf_key keys[] = {
    {"EXPENSE_RATES_URL", CONF_STR, offsetof(struct ledger_conf, rates_url), "", 0, 0, 0,
     "where the European Central Bank's daily exchange rates are fetched from; empty: they are "
     "not"},
};

static void *conf_of(struct svc *svc)
{
    return &svc->conf;
}

static bool after_conf(struct svc *svc, struct err *err)
{
    return rates_check(svc->conf.rates_url, err);
}

int main(int argc, char **argv)
{
    static const char *const produces[] = {TOPIC_EXPENSE, TOPIC_EXPORT_PART, TOPIC_ERASURE, NULL};
    const struct pg_statements statements[] = {
        owner_statements,      category_statements,   expense_statements,  change_statements,
        parsed_statements,     leaving_statements,    follower_statements, ticket_statements,
        sum_statements,        summary_statements,    insight_statements,  reparsed_statements,
        link_statements,       suggestion_statements, budget_statements,   merchant_statements,
        rule_statements,       recurring_statements,  rate_statements,     import_statements,
        entering_statements,   account_statements,    gap_statements,      entering_refs_statements,
        parsed_refs_statements};
    const struct service_command commands[] = {rate_command, verify_command};
    const struct service service = {
        .name = "expense-service",
        .schema = "expense",
        .env_prefix = "EXPENSE_",
        .keys = keys,
        .key_count = LENGTH(keys),
        .conf_of = conf_of,
        .after_conf = after_conf,
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
        .housekeeping = housekeeping,
        .commands = commands,
        .command_count = LENGTH(commands),
        .background = background,
        .exports = owner_exports,
    };
    return service_main(argc, argv, &service);
}
