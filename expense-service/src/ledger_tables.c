#include "accounts/account_routes.h"
#include "base/mem.h"
#include "budgets/budget_routes.h"
#include "categories/category_routes.h"
#include "events/events.h"
#include "exchange/exchange_routes.h"
#include "expenses/bulk_routes.h"
#include "expenses/expense_routes.h"
#include "expenses/life_routes.h"
#include "expenses/parsed_topics.h"
#include "expenses/reparsed_topics.h"
#include "identity/scopes.h"
#include "imports/import_routes.h"
#include "insight/insight_routes.h"
#include "insight/summary_routes.h"
#include "ledger.h"
#include "links/link_routes.h"
#include "links/suggestion_routes.h"
#include "live/live_routes.h"
#include "merchants/merchant_routes.h"
#include "owners/owner_topics.h"
#include "people/export.h"
#include "rates/rate_routes.h"
#include "recurring/recurring_routes.h"
#include "rules/rule_routes.h"
#include "splits/split_routes.h"

// clang-format off
const struct route ledger_routes[] = {
    {"GET",    "/api/v1/accounts",      account_list,   ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "all accounts with the balance told last, a page at a time", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/accounts",      account_create, ROUTE_USER, MAX_BODY_8K,   SCOPE_EXPENSES_WRITE, "make an account by hand (Idempotency-Key)", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH",  "/api/v1/accounts/{id}", account_edit,   ROUTE_USER, MAX_BODY_8K,   SCOPE_EXPENSES_WRITE, "name it, say what it held at first (merge-patch, If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/accounts/{id}", account_delete, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "delete one that nothing is of (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/accounts/{id}", account_show,   ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "one account", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/accounts/{id}/gaps", account_gaps, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "where the balances told and the entries differ", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/budgets",       budget_list,    ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "all budgets and where they stand", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/budgets",       budget_create,  ROUTE_USER, MAX_BODY_8K,   SCOPE_EXPENSES_WRITE, "make a budget (Idempotency-Key)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/budgets/{id}",  budget_show,    ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "one budget", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH",  "/api/v1/budgets/{id}",  budget_edit,    ROUTE_USER, MAX_BODY_8K,   SCOPE_EXPENSES_WRITE, "change a budget (merge-patch, If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/budgets/{id}",  budget_delete,  ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "delete a budget (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/budgets/{id}/periods", budget_periods, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "how its periods went, newest first", NULL, ROUTE_WORKERS, 0, NULL},
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
    {"GET",    "/api/v1/expenses/{id}/links", link_list, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "what an expense is linked with", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/expenses/{id}/links/{other}", link_create, ROUTE_USER, MAX_BODY_8K, SCOPE_EXPENSES_WRITE, "link two as transfer, refund, reversal or duplicate", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/expenses/{id}/links/{other}", link_delete, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "undo a link: both become what they were", NULL, ROUTE_WORKERS, 0, NULL},
    {"PUT",    "/api/v1/expenses/{id}/splits", splits_put, ROUTE_USER, MAX_BODY_64K, SCOPE_EXPENSES_WRITE, "divide an expense over categories and people (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/expenses/export.csv", ledger_export, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "the ledger as a CSV file", NULL, ROUTE_WORKERS, ROUTE_STREAMS, NULL},
    {"GET",    "/api/v1/expenses/export.ofx", ledger_export_ofx, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "the same as an OFX file", NULL, ROUTE_WORKERS, ROUTE_STREAMS, NULL},
    {"POST",   "/api/v1/expenses/import", import_begin, ROUTE_USER, MAX_BODY_1G,   SCOPE_EXPENSES_WRITE, "send a file of entries (?format=csv, ofx)", IMPORT_MEDIA, ROUTE_WORKERS, ROUTE_UPLOAD, NULL},
    {"GET",    "/api/v1/imports",       import_list,    ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "files sent, newest first", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/imports/{id}",  import_show,    ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "how one is read, and how far it is", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH",  "/api/v1/imports/{id}",  import_edit,    ROUTE_USER, MAX_BODY_64K,  SCOPE_EXPENSES_WRITE, "read it otherwise (merge-patch)", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/imports/{id}",  import_delete,  ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "end it where it is", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/imports/{id}/preview", import_preview, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "its first rows as they would be entered", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/imports/{id}/rows", import_rows, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "rows that became no entry, and why", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/imports/{id}/start", import_start, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "enter its rows, in the background", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/imports/{id}/undo", import_undo, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "take back all that it entered", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/insight/cash-flow", insight_cash_flow, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "what came in and went out by day, week or month", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/insight/movers", insight_movers, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "the categories that changed most against the period before", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/insight/trends", insight_trends, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "each category by month, with the mean of the three before", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/suggestions",   suggestion_list, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "what may belong together, a page at a time", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/suggestions/{id}/accept", suggestion_accept, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "link the two as suggested", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/suggestions/{id}/dismiss", suggestion_dismiss, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "the two do not belong together", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/merchants",     merchant_list,  ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "merchants by name, a page at a time (?q, ?learned)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/merchants/{id}", merchant_show, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "one merchant", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH",  "/api/v1/merchants/{id}", merchant_edit, ROUTE_USER, MAX_BODY_8K,   SCOPE_EXPENSES_WRITE, "name it, set its category for the future or for all (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/merchants/{id}/aliases", merchant_add_alias, ROUTE_USER, MAX_BODY_8K, SCOPE_EXPENSES_WRITE, "what else it is called", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/merchants/{id}/aliases/{alias}", merchant_drop_alias, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "and no more", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/rates",         rate_list,      ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "exchange rates, one's own and those of all (?base, ?quote)", NULL, ROUTE_WORKERS, 0, NULL},
    {"PUT",    "/api/v1/rates",         rate_put, ROUTE_USER, MAX_BODY_8K, SCOPE_EXPENSES_WRITE, "say what one was on a day", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/rates",         rate_delete, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "take it back (?base, ?quote, ?date)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/recurring",     recurring_list, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "payments that come again and again (?dismissed)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/recurring/upcoming", recurring_upcoming, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ, "which of them are expected in the next days", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/recurring/{id}/dismiss", recurring_dismiss, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "it is none, or of no interest", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/recurring/{id}/restore", recurring_restore, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "it is one after all", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/rules",         rule_list,      ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "all rules in their order", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/rules",         rule_create,    ROUTE_USER, MAX_BODY_64K,  SCOPE_EXPENSES_WRITE, "make a rule (Idempotency-Key)", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/rules/{id}",    rule_show,      ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "one rule", NULL, ROUTE_WORKERS, 0, NULL},
    {"PATCH",  "/api/v1/rules/{id}",    rule_edit,      ROUTE_USER, MAX_BODY_64K,  SCOPE_EXPENSES_WRITE, "change a rule (merge-patch, If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/rules/{id}",    rule_delete,    ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "delete a rule (If-Match)", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/rules/{id}/test", rule_test,    ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "what it would change of what there is", NULL, ROUTE_WORKERS, 0, NULL},
    {"POST",   "/api/v1/rules/{id}/apply", rule_apply,  ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "to what was entered before, in the background", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/rule-jobs/{id}", rule_job_show, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "how far that is", NULL, ROUTE_WORKERS, 0, NULL},
    {"DELETE", "/api/v1/rule-jobs/{id}", rule_job_cancel, ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_WRITE, "end it where it is", NULL, ROUTE_WORKERS, 0, NULL},
    {"GET",    "/api/v1/summaries",     summary_show,   ROUTE_USER, MAX_BODY_NONE, SCOPE_EXPENSES_READ,  "sums by time, category, account, merchant and more, per currency", NULL, ROUTE_WORKERS, 0, NULL},
};
const size_t ledger_route_count = LENGTH(ledger_routes);

const struct topic_row ledger_topics[] = {
    {TOPIC_USER,        EVENT_USER_REGISTERED,    owner_on_registered, "make the ledger with its default categories", true},
    {TOPIC_USER,        EVENT_USER_DELETED,       owner_on_deleted,    "erase the ledger, remember that the person is gone", true},
    {TOPIC_EXPORT,      EVENT_EXPORT_REQUESTED,   export_on_requested, "tell all that is held of the person", false},
    {TOPIC_PROFILE,     EVENT_PROFILE_UPDATED,    owner_on_profile,    "follow base currency, time zone and month start", true},
    {TOPIC_TRANSACTION, EVENT_TRANSACTION_PARSED, expense_on_parsed,   "enter one expense per text", false},
    {TOPIC_TRANSACTION, EVENT_TRANSACTION_REPARSED, expense_on_reparsed, "correct what the reader alone said of it", false},
};
const size_t ledger_topic_count = LENGTH(ledger_topics);
// clang-format on
