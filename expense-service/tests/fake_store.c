#include "fake_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "base/mem.h"
#include "categories/category_store.h"
#include "categories/leaving_store.h"
#include "events/outbox.h"
#include "exchange/ledger_rows_store.h"
#include "expenses/change_store.h"
#include "expenses/expense_store.h"
#include "http/fast.h"
#include "http/idempotency.h"
#include "identity/verify.h"
#include "live/live.h"
#include "live/ticket_store.h"
#include "owners/owner_store.h"
#include "people/erasure.h"
#include "people/export.h"
#include "service/background.h"

struct fake fake;
static int tx_mark;

void fake_reset(void)
{
    json_drop(&fake.last_data);
    fake = (struct fake){.version = 1,
                         .caller = {.user_id = USER, .scope = "expenses:read expenses:write"}};
}

bool verifier_check(struct verifier *verifier, const char *token, int64_t now_s,
                    struct identity *out, struct err *err)
{
    (void)verifier;
    (void)token;
    (void)now_s;
    (void)err;
    *out = fake.caller;
    out->expires_at = INT64_MAX / 2000000;
    return true;
}

bool pg_begin(struct pg_pool *pool, struct pg_tx **tx, struct err *err)
{
    (void)pool;
    (void)err;
    *tx = (struct pg_tx *)&tx_mark;
    return true;
}

bool pg_commit(struct pg_tx **tx, struct err *err)
{
    (void)err;
    fake.committed++;
    *tx = NULL;
    return true;
}

void pg_tx_drop(struct pg_tx **tx)
{
    *tx = NULL;
}

bool outbox_add(struct pg_tx *tx, const struct outbox_event *ev, struct err *err)
{
    (void)tx;
    (void)err;
    fake.published++;
    snprintf(fake.last_type, sizeof fake.last_type, "%s", ev->type);
    json_drop(&fake.last_data);
    fake.last_data = ev->text != NULL ? json_loads(ev->text, 0, NULL) : json_deep_copy(ev->data);
    return true;
}

bool outbox_add_many(struct pg_tx *tx, const struct outbox_event evs[], size_t count,
                     struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!outbox_add(tx, &evs[i], err))
            return false;
    return true;
}

bool outbox_has_room(struct pg_tx *tx, int limit, bool *room, struct err *err)
{
    (void)tx, (void)limit, (void)err;
    return *room = true;
}

void background_work_due(struct background *background)
{
    (void)background;
}

bool erasure_begin(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)err;
    return true;
}

bool erasure_report(struct pg_tx *tx, const char *user_id, const struct event *cause,
                    struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)cause;
    (void)err;
    return true;
}

bool export_on_requested(struct svc *svc, struct pg_tx *tx, const struct event *const evs[],
                         size_t count, struct err *err)
{
    (void)svc;
    (void)tx;
    (void)evs;
    (void)count;
    (void)err;
    return true;
}

bool idempotency_begin(struct pg_tx *tx, const struct req *req, struct resp *resp, bool *replayed,
                       struct err *err)
{
    (void)tx;
    (void)req;
    (void)err;
    *replayed = fake.replay;
    return !fake.replay || resp_json(resp, 201, json_pack("{s:b}", "first", 1));
}

bool idempotency_finish(struct pg_tx *tx, const struct req *req, const struct resp *resp,
                        struct err *err)
{
    (void)tx;
    (void)req;
    (void)resp;
    (void)err;
    return true;
}

bool owners_enter(struct pg_tx *tx, const char *const ids[], size_t count, bool deleted[],
                  struct err *err)
{
    (void)tx;
    (void)ids;
    (void)err;
    for (size_t i = 0; i < count; i++)
        deleted[i] = fake.owner_deleted;
    return true;
}

bool owner_enter(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx;
    (void)user_id;
    return !fake.owner_deleted || err_set(err, ERR_UNAUTHORIZED, "deleted");
}

bool owner_set_profile(struct pg_tx *tx, const char *user_id, const struct owner_profile *profile,
                       struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)profile;
    (void)err;
    fake.saved++;
    return true;
}

bool owner_mark_deleted(struct pg_tx *tx, const char *user_id, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)err;
    fake.owner_deleted = true;
    return true;
}

bool owner_erase(struct pg_tx *tx, const char *user_id, int limit, bool *done, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)limit;
    (void)err;
    *done = true;
    fake.deleted++;
    return true;
}

bool owner_next_to_erase(struct pg_tx *tx, char user_id[static 37], bool *found, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)err;
    *found = false;
    return true;
}

static bool one_category(struct category_rows *out)
{
    out->tree.rows = xcalloc(1, sizeof *out->tree.rows);
    out->tree.rows[0] = (struct category){
        .id = CATEGORY_ID, .name = "Groceries", .icon = "", .colour = "", .version = 4};
    out->tree.count = 1;
    return true;
}

void category_rows_fini(struct category_rows *rows)
{
    category_tree_fini(&rows->tree);
}

bool category_store_list(struct pg_tx *tx, const char *user_id, struct category_rows *out,
                         struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)err;
    return one_category(out);
}

void category_from_row(const struct pg_result *result, size_t row, struct category *out)
{
    (void)result, (void)row, (void)out;
}

bool category_store_lock(struct pg_tx *tx, const char *user_id, struct category_rows *out,
                         struct err *err)
{
    return category_store_list(tx, user_id, out, err);
}

bool category_store_add(struct pg_tx *tx, const char *user_id, const struct category *category,
                        struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)category;
    (void)err;
    fake.added++;
    return true;
}

bool category_store_save(struct pg_tx *tx, const char *user_id, struct category *category,
                         struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)err;
    fake.saved++;
    category->version++;
    return true;
}

bool category_store_delete(struct pg_tx *tx, const char *user_id, const struct category *category,
                           const char *moved_to, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)category;
    (void)moved_to;
    (void)err;
    fake.deleted++;
    return true;
}

bool leaving_store_next(struct pg_tx *tx, char user_id[static UUID_SIZE], char id[static UUID_SIZE],
                        char moved_to[static UUID_SIZE], bool *found, struct err *err)
{
    (void)tx;
    (void)err;
    moved_to[0] = '\0';
    snprintf(user_id, UUID_SIZE, "%s", USER);
    snprintf(id, UUID_SIZE, "%s", CATEGORY_ID);
    *found = fake.leaving > 0;
    return true;
}

bool leaving_store_move(struct pg_tx *tx, const char *user_id, const char *id, int limit,
                        struct pg_result **moved, bool *done, struct err *err)
{
    static struct pg_result result;
    (void)tx;
    (void)user_id;
    (void)id;
    (void)err;
    *done = fake.leaving < limit;
    result.rows = (size_t)(fake.leaving < limit ? fake.leaving : limit);
    fake.leaving -= (int)result.rows;
    *moved = &result;
    return true;
}

bool leaving_store_end(struct pg_tx *tx, const char *user_id, const char *id, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)id;
    (void)err;
    fake.ended++;
    return true;
}

void expense_from_row(const struct pg_result *result, size_t n, struct expense *out)
{
    (void)result;
    (void)n;
    *out = (struct expense){.id = EXPENSE_ID,
                            .user_id = USER,
                            .amount = {45000, "INR"},
                            .note = "",
                            .tags = json_array(),
                            .origins = json_pack("{s:s}", "amount", "parser"),
                            .message_id = "01a20b38-8006-765a-8c60-378c1cf13c61",
                            .source = SOURCE_MESSAGE,
                            .version = fake.version};
}

void expense_from_row_bare(const struct pg_result *result, size_t n, struct expense *out,
                           struct expense_texts *texts)
{
    *texts = (struct expense_texts){.tags = "[]", .origins = "{\"amount\":\"parser\"}"};
    expense_from_row(result, n, out);
}

void expense_row_fini(struct expense_row *row)
{
    expense_fini(&row->expense);
}

static bool is_there(const char *user_id, const char *id)
{
    return fake.there && strcmp(user_id, USER) == 0 && strcmp(id, EXPENSE_ID) == 0;
}

bool expense_store_found(const struct pg_result *result, struct expense *out, struct err *err)
{
    if (result->rows == 0)
        return err_set(err, ERR_NOT_FOUND, "no such expense");
    expense_from_row(result, 0, out);
    return true;
}

/* In place of the fast lane: a statement by id finds the expense in memory. */
bool fake_run_alone(struct call *call)
{
    static struct pg_result result;
    if (!fast_ask(call))
        return false;
    const char *id = call->ask.params[1].text;
    result.rows = id == NULL || is_there(call->ask.params[0].text, id);
    call->ask.ok = true;
    call->ask.result = &result;
    return fast_answer(call);
}

bool expense_store_lock(struct pg_tx *tx, const char *user_id, const char *id,
                        struct expense_row *out, struct err *err)
{
    (void)tx;
    struct pg_result result = {.rows = is_there(user_id, id)};
    return expense_store_found(&result, &out->expense, err);
}

bool expense_store_add(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    (void)tx;
    (void)err;
    fake.added++;
    fake.category_id = expense->category.id;
    return true;
}

bool expense_store_save(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    (void)tx;
    (void)err;
    fake.saved++;
    fake.version = ++expense->version;
    return true;
}

bool expense_store_delete(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    (void)tx;
    (void)err;
    fake.deleted++;
    fake.there = false;
    expense->version++;
    return true;
}

bool change_store_add(struct pg_tx *tx, const struct expense *expense, const struct change *change,
                      const json_t *fields, struct err *err)
{
    (void)tx;
    (void)err;
    fake.remembered++;
    snprintf(fake.last_change, sizeof fake.last_change, "%s by %s, %zu fields, version %d",
             change_action_names[change->action], origin_names[change->by],
             json_object_size(fields), (int)expense->version);
    return true;
}

bool change_store_list(struct pg_pool *db, const char *user_id, const char *id,
                       const struct page *page, struct pg_result **result, struct err *err)
{
    static const char *const cells[] = {"1"};
    static struct pg_result history = {.cols = 1, .cells = cells};
    (void)db;
    (void)page;
    (void)err;
    history.rows = is_there(user_id, id) || fake.in_trash;
    *result = &history;
    return true;
}

json_t *change_from_row(const struct pg_result *result, size_t n)
{
    (void)result;
    (void)n;
    return json_pack("{s:s}", "action", "created");
}

bool change_store_lock_any(struct pg_tx *tx, const char *user_id, const char *id,
                           struct expense_row *out, struct err *err)
{
    (void)tx;
    struct pg_result result = {.rows = fake.in_trash || is_there(user_id, id)};
    if (!expense_store_found(&result, &out->expense, err))
        return false;
    out->expense.deleted_us = fake.in_trash;
    out->expense.status = fake.in_review ? STATUS_NEEDS_REVIEW : STATUS_POSTED;
    return true;
}

bool change_store_lock_many(struct pg_tx *tx, const char *user_id, const char *ids, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)ids;
    (void)err;
    return true;
}

bool change_store_restore(struct pg_tx *tx, struct expense *expense, struct err *err)
{
    (void)tx;
    (void)err;
    fake.in_trash = false;
    fake.there = true;
    expense->deleted_us = 0;
    fake.version = ++expense->version;
    return true;
}

bool change_store_purge(struct pg_tx *tx, int limit, size_t *purged, struct err *err)
{
    (void)tx;
    (void)err;
    fake.purges++;
    *purged = fake.purges == 1 ? (size_t)limit : 0;
    return true;
}

bool expense_store_get_many(struct pg_tx *tx, const char *user_id, const char *ids,
                            struct pg_result **result, struct err *err)
{
    return pg_exec(tx, "expense_get_many", PARAMS(P_STR(user_id), P_STR(ids)), result, err);
}

bool expense_store_query(struct pg_pool *db, const struct query *query, struct pg_result **result,
                         struct err *err)
{
    static struct pg_result none;
    (void)db;
    (void)query;
    (void)err;
    *result = &none;
    return true;
}

bool ref_store_resolve(struct pg_tx *tx, const char *user_id, const char *what,
                       const struct ref_input *input, struct pg_result **result, struct ref *out,
                       bool *found, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)result;
    (void)err;
    *found = strcmp(what, "merchant") == 0 || strcmp(input->value, "Groceries") == 0;
    if (*found)
        *out = (struct ref){CATEGORY_ID, input->value};
    return true;
}

bool verifier_revoked(struct verifier *verifier, const char *user_id, const char *session_id,
                      int64_t issued_at)
{
    (void)verifier, (void)user_id, (void)session_id, (void)issued_at;
    return fake.revoked;
}

void waker_wake(struct waker *waker)
{
    (void)waker;
    fake.woken++;
}

const struct pg_statements ticket_statements;

bool ticket_store_add(struct pg_tx *tx, const struct ticket *ticket,
                      const struct identity *identity, bool *added, struct err *err)
{
    (void)tx, (void)identity, (void)err;
    fake.ticket = *ticket;
    *added = !fake.tickets_full;
    return true;
}

bool ticket_store_used(const struct pg_result *result, const char *user_id,
                       struct feed_session *session, int64_t *newest, struct err *err)
{
    (void)result;
    if (!fake.there)
        return err_set_name(err, ERR_UNAUTHORIZED, "ticket_invalid", "unknown");
    snprintf(session->user_id, sizeof session->user_id, "%s", user_id);
    *newest = fake.newest;
    return true;
}

/* The feed without the topic that fills it. */
struct feed *live_feed(struct live *live)
{
    (void)live;
    return fake.feed;
}

/* An empty ledger. */
bool ledger_rows_statements(struct pg_pool *db, const struct ledger_filter *filter,
                            struct pg_result **result, struct err *err)
{
    (void)db, (void)filter, (void)result, (void)err;
    return true;
}

void ledger_statement_get(const struct pg_result *result, size_t n, struct ledger_statement *out)
{
    (void)result, (void)n;
    *out = (struct ledger_statement){0};
}

bool ledger_rows_page(struct pg_pool *db, const struct ledger_filter *filter, const char *after,
                      struct pg_result **result, struct err *err)
{
    static struct pg_result none;
    (void)db, (void)filter, (void)after, (void)err;
    *result = &none;
    return true;
}

void ledger_rows_get(const struct pg_result *result, size_t n, struct ledger_row *out)
{
    (void)result, (void)n, (void)out;
    panic("the ledger is empty");
}
