#include "accounts/account_routes.h"
#include "base/mem.h"
#include "categories/category_routes.h"
#include "events/events.h"
#include "exchange/exchange_routes.h"
#include "expenses/bulk_routes.h"
#include "expenses/expense_routes.h"
#include "expenses/life_routes.h"
#include "expenses/parsed_topics.h"
#include "identity/scopes.h"
#include "insight/summary_routes.h"
#include "ledger.h"
#include "live/live_routes.h"
#include "owners/owner_topics.h"
#include "people/export.h"

// clang-format off
const struct route ledger_routes[] = {
    {"GET",    "/api/v1/accounts",      account_list,   ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "all accounts with the balance told last, a page at a time", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/accounts/{id}", account_show,   ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "one account", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/accounts/{id}/gaps", account_gaps, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "where the balances told and the entries differ", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/categories",    category_list,  ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "all categories", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/categories",    category_create, ROUTE_USER, MAX_BODY_8K,  SCOPE_EXPENSES_WRITE, "make a category (Idempotency-Key)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/categories/{id}", category_show, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "one category", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH",  "/api/v1/categories/{id}", category_edit, ROUTE_USER, MAX_BODY_8K,  SCOPE_EXPENSES_WRITE, "rename, move or dress a category (merge-patch, If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/categories/{id}", category_delete, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "delete a category, its expenses to another or to none (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/events",        NULL,           ROUTE_PUBLIC, MAX_BODY_NONE, NULL,               "the person's changes as they happen (text/event-stream; ?ticket)", NULL, ROUTE_FAST, 0, &live_events},
    {"POST",   "/api/v1/events/tickets", live_ticket,   ROUTE_USER, MAX_BODY_8K,   SCOPE_EXPENSES_READ,  "a ticket that opens the stream of events", NULL, ROUTE_WORKERS, ROUTE_BODY_OPTIONAL, NULL},
    {"GET",    "/api/v1/expenses",      expense_list,   ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "list expenses by filters, a page at a time", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/expenses",      expense_create, ROUTE_USER, MAX_BODY_64K,  SCOPE_EXPENSES_WRITE, "enter an expense by hand (Idempotency-Key)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/expenses/{id}", NULL,           ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "one expense", NULL, ROUTE_FAST, 0, &expense_show},
    {"PATCH",  "/api/v1/expenses/{id}", expense_edit,   ROUTE_USER, MAX_BODY_64K,  SCOPE_EXPENSES_WRITE, "change an expense (merge-patch, If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/expenses/{id}", expense_delete, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "delete an expense (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/expenses/bulk", expense_bulk,   ROUTE_USER, MAX_BODY_1M,   SCOPE_EXPENSES_WRITE, "change or delete up to 500, a result for each", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/expenses/{id}/confirm", expense_confirm, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "post what needed review", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/expenses/{id}/restore", expense_restore, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "bring back what was deleted", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/expenses/{id}/history", expense_history, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "every change of an expense, and by whom", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/expenses/export.csv", ledger_export, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "the ledger as a CSV file", NULL, ROUTE_WORKERS, ROUTE_STREAMS, NULL},
    {"GET",    "/api/v1/summaries",     summary_show,   ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "sums by month and category, per currency", NULL, ROUTE_WORKERS, 0, NULL},
};
const size_t ledger_route_count = LENGTH(ledger_routes);

const struct topic_row ledger_topics[] = {
    {TOPIC_USER,        EVENT_USER_REGISTERED,    owner_on_registered, "make the ledger with its default categories", true},
    {TOPIC_USER,        EVENT_USER_DELETED,       owner_on_deleted,    "erase the ledger, remember that the person is gone", true},
    {TOPIC_EXPORT,      EVENT_EXPORT_REQUESTED,   export_on_requested, "tell all that is held of the person", false},
    {TOPIC_PROFILE,     EVENT_PROFILE_UPDATED,    owner_on_profile,    "follow base currency, time zone and month start", true},
    {TOPIC_TRANSACTION, EVENT_TRANSACTION_PARSED, expense_on_parsed,   "enter one expense per text", false},
};
const size_t ledger_topic_count = LENGTH(ledger_topics);
// clang-format on
