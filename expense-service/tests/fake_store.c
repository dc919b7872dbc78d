#include "fake_store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_util.h"
#include "categories/category_store.h"
#include "events/outbox.h"
#include "expenses/expense_store.h"
#include "expenses/parsed_store.h"
#include "http/fast.h"
#include "http/idempotency.h"
#include "identity/verify.h"
#include "live/live.h"
#include "live/ticket_store.h"
#include "owners/owner_store.h"
#include "people/erasure.h"
#include "people/export.h"

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

void pg_result_drop(struct pg_result **result)
{
    *result = NULL;
}

size_t pg_rows(const struct pg_result *result)
{
    return result->rows;
}

const char *pg_str(const struct pg_result *result, size_t row, int col)
{
    return result->cells[row * (size_t)result->cols + (size_t)col];
}

int64_t pg_int(const struct pg_result *result, size_t row, int col)
{
    const char *text = pg_str(result, row, col);
    return text != NULL ? strtoll(text, NULL, 10) : 0;
}

bool outbox_add(struct pg_tx *tx, const struct outbox_event *ev, struct err *err)
{
    (void)tx;
    (void)err;
    fake.published++;
    snprintf(fake.last_type, sizeof fake.last_type, "%s", ev->type);
    json_drop(&fake.last_data);
    fake.last_data = json_deep_copy(ev->data);
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

bool category_store_list(struct pg_tx *tx, const char *user_id, json_t **out, struct err *err)
{
    (void)tx;
    (void)user_id;
    (void)err;
    *out = json_array();
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

int64_t expense_row_milli(const struct pg_result *result, size_t n)
{
    (void)result;
    return (int64_t)n;
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

bool expense_store_add(struct pg_tx *tx, const struct expense *expense, struct err *err)
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

bool parsed_store_add(struct pg_tx *tx, const struct parsed rows[], const bool skip[], size_t count,
                      struct pg_result **added, struct err *err)
{
    static struct pg_result result;
    (void)tx;
    (void)rows;
    (void)err;
    fake.parsed = 0;
    for (size_t i = 0; i < count; i++)
        fake.parsed += !skip[i];
    result.rows = 0;
    *added = &result;
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
