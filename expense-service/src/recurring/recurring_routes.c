#include "recurring/recurring_routes.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "budgets/period.h"
#include "events/events.h"
#include "http/page.h"
#include "ledger.h"
#include "live/telling.h"
#include "owners/owner_store.h"
#include "recurring/recurring.h"
#include "recurring/recurring_store.h"
#include "recurring/upcoming.h"

/* What was entered and what was dismissed. */
struct book {
    struct pg_result *seen, *dismissed;
};

static void book_fini(struct book *book)
{
    pg_result_drop(&book->seen);
    pg_result_drop(&book->dismissed);
}

static bool book_read(struct pg_tx *tx, const char *user_id, struct book *book, struct err *err)
{
    return recurring_store_seen(tx, user_id, &book->seen, err) &&
           recurring_store_dismissed(tx, user_id, &book->dismissed, err);
}

/* A recurring payment and the row of its latest entry. */
struct payment {
    struct recurring found;
    size_t row;
    bool dismissed;
};
typedef void see_fn(void *arg, const struct book *book, const struct payment *payment);

static bool same_group(const struct pg_result *result, size_t a, size_t b)
{
    static const int columns[] = {SEEN_MERCHANT, SEEN_CURRENCY, SEEN_DIRECTION};
    for (size_t i = 0; i < LENGTH(columns); i++)
        if (strcmp(pg_str(result, a, columns[i]), pg_str(result, b, columns[i])) != 0)
            return false;
    return true;
}

/* Whether row n of what was dismissed means this one. */
static bool means(const struct book *book, size_t n, const struct payment *payment)
{
    static const int columns[][2] = {{DISMISSED_MERCHANT, SEEN_MERCHANT},
                                     {DISMISSED_CURRENCY, SEEN_CURRENCY},
                                     {DISMISSED_DIRECTION, SEEN_DIRECTION}};
    for (size_t i = 0; i < LENGTH(columns); i++)
        if (strcmp(pg_str(book->dismissed, n, columns[i][0]),
                   pg_str(book->seen, payment->row, columns[i][1])) != 0)
            return false;
    return recurring_like(&payment->found, pg_str(book->dismissed, n, DISMISSED_PERIOD),
                          pg_int(book->dismissed, n, DISMISSED_MINOR));
}

static void look_at(const struct book *book, size_t first, size_t end, see_fn *see, void *arg)
{
    struct occurrence seen[RECURRING_SEEN_MAX];
    struct payment payment = {.row = first};
    size_t count = 0;
    int64_t today = pg_int(book->seen, first, SEEN_TODAY);
    for (size_t i = first; i < end && count < RECURRING_SEEN_MAX; i++)
        seen[count++] = (struct occurrence){pg_int(book->seen, i, SEEN_DAY),
                                            pg_int(book->seen, i, SEEN_MINOR), i};
    while (recurring_find(seen, &count, today, &payment.found)) {
        payment.row = payment.found.at[payment.found.times - 1];
        payment.dismissed = false;
        for (size_t i = 0; i < pg_rows(book->dismissed) && !payment.dismissed; i++)
            payment.dismissed = means(book, i, &payment);
        see(arg, book, &payment);
    }
}

/* All that are found, merchant by merchant. */
static void look(const struct book *book, see_fn *see, void *arg)
{
    size_t first = 0, count = pg_rows(book->seen);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && same_group(book->seen, i, i + 1))
            continue;
        look_at(book, first, i + 1, see, arg);
        first = i + 1;
    }
}

static void set_money(json_t *json, const char *name, int64_t minor, const char *currency)
{
    struct money money = {.minor = minor};
    snprintf(money.currency, sizeof money.currency, "%s", currency);
    json_object_set_new(json, name, json_money(&money));
}

static void set_day(json_t *json, const char *name, int64_t day)
{
    char text[DAY_TEXT_SIZE];
    day_text(day, text);
    json_object_set_new(json, name, json_string(text));
}

/* What an entry says of its payment. */
static json_t *show_row(const struct pg_result *seen, size_t row)
{
    json_t *category = pg_is_null(seen, row, SEEN_CATEGORY)
                           ? json_null()
                           : json_pack("{s:s, s:s}", "id", pg_str(seen, row, SEEN_CATEGORY), "name",
                                       pg_str(seen, row, SEEN_CATEGORY_NAME));
    return json_pack("{s:s, s:{s:s, s:s}, s:s, s:o}", "id", pg_str(seen, row, SEEN_ID), "merchant",
                     "id", pg_str(seen, row, SEEN_MERCHANT), "name",
                     pg_str(seen, row, SEEN_MERCHANT_NAME), "direction",
                     pg_str(seen, row, SEEN_DIRECTION), "category", category);
}

static json_t *show(const struct book *book, const struct payment *payment)
{
    const struct recurring *found = &payment->found;
    const char *currency = pg_str(book->seen, payment->row, SEEN_CURRENCY);
    json_t *json = show_row(book->seen, payment->row);
    json_object_set_new(json, "period", json_string(recurring_period_names[found->period]));
    json_object_set_new(json, "status", json_string(recurring_status_names[found->status]));
    set_day(json, "last_on", found->last);
    set_day(json, "next_on", found->next);
    json_object_set_new(json, "times", json_integer((json_int_t)found->times));
    json_object_set_new(json, "dismissed", json_boolean(payment->dismissed));
    set_money(json, "expected", found->expected, currency);
    if (found->status == RECURRING_CHANGED)
        set_money(json, "before", found->before, currency);
    return json;
}

struct listing {
    json_t *data;
    bool dismissed;
};

static void list_one(void *arg, const struct book *book, const struct payment *payment)
{
    struct listing *listing = arg;
    if (payment->dismissed == listing->dismissed)
        json_array_append_new(listing->data, show(book, payment));
}

static bool read_dismissed(const struct req *req, struct fields *fields)
{
    const char *text = req_query(req, "dismissed");
    if (text != NULL && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        field_error(fields, "?dismissed", "not_allowed", "must be true or false");
    return text != NULL && strcmp(text, "true") == 0;
}

bool recurring_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(book_fini) struct book book = {0};
    scoped(json_drop) json_t *data = json_array();
    req_query_known(req, (const char *const[]){"dismissed", NULL}, &resp->fields);
    struct listing listing = {data, read_dismissed(req, &resp->fields)};
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !book_read(tx, req->identity->user_id, &book, err) || !pg_commit(&tx, err))
        return false;
    look(&book, list_one, &listing);
    return resp_json(
        resp, 200,
        json_pack("{s:O, s:{s:n, s:b}}", "data", data, "page", "next_cursor", "has_more", 0));
}

static int read_days(const struct req *req, struct fields *fields)
{
    const char *text = req_query(req, "days");
    char *end = NULL;
    long days = text == NULL ? UPCOMING_DAYS : strtol(text, &end, 10);
    if (text != NULL && (strspn(text, "0123456789") != strlen(text) || *text == '\0' || days < 1 ||
                         days > UPCOMING_DAYS_MAX))
        field_error(fields, "?days", "days_invalid", "a number from 1 to 366");
    return (int)days;
}

static void expect_one(void *arg, const struct book *book, const struct payment *payment)
{
    struct upcoming *upcoming = arg;
    const struct expected like = {
        .id = pg_str(book->seen, payment->row, SEEN_ID),
        .row = payment->row,
        .income = strcmp(pg_str(book->seen, payment->row, SEEN_DIRECTION), "credit") == 0,
        .currency = pg_str(book->seen, payment->row, SEEN_CURRENCY),
        .minor = payment->found.expected,
        .period = recurring_period_names[payment->found.period],
        .status = recurring_status_names[payment->found.status]};
    if (!payment->dismissed)
        upcoming_add(upcoming, &payment->found, &like);
}

static json_t *show_expected(const struct pg_result *seen, const struct expected *expected)
{
    json_t *json = show_row(seen, expected->row);
    set_day(json, "expected_on", expected->day);
    json_object_set_new(json, "period", json_string(expected->period));
    json_object_set_new(json, "status", json_string(expected->status));
    set_money(json, "expected", expected->minor, expected->currency);
    return json;
}

bool recurring_upcoming(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(page_fini) struct page page = {0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(book_fini) struct book book = {0};
    scoped(upcoming_fini) struct upcoming upcoming = {0};
    req_query_known(req, (const char *const[]){"days", "limit", "cursor", NULL}, &resp->fields);
    int days = read_days(req, &resp->fields);
    page_read(req, "iu", &page, &resp->fields);
    if (!fields_check(&resp->fields, err) || !pg_begin(svc->base.db, &tx, err) ||
        !book_read(tx, req->identity->user_id, &book, err) || !pg_commit(&tx, err))
        return false;
    if (pg_rows(book.seen) > 0) {
        upcoming.today = pg_int(book.seen, 0, SEEN_TODAY);
        upcoming.until = upcoming.today + days;
    }
    look(&book, expect_one, &upcoming);
    upcoming_sort(&upcoming);
    size_t at = page.keys[0] == NULL
                    ? 0
                    : upcoming_after(&upcoming, strtoll(page.keys[0], NULL, 10), page.keys[1]);
    size_t end =
        upcoming.count - at > (size_t)page.limit ? at + (size_t)page.limit : upcoming.count;
    json_t *data = json_array();
    for (size_t i = at; i < end; i++)
        json_array_append_new(data, show_expected(book.seen, &upcoming.list[i]));
    char day[24] = "";
    bool more = end < upcoming.count;
    if (more)
        snprintf(day, sizeof day, "%" PRId64, upcoming.list[end - 1].day);
    const char *last[] = {day, more ? upcoming.list[end - 1].id : NULL};
    return page_answer(req, &page, data, more, more ? last : NULL, resp) &&
           json_object_set_new(resp->body, "totals", upcoming_totals(&upcoming)) == 0;
}

struct search {
    const char *id;
    struct payment payment;
    bool found;
};

static void match_one(void *arg, const struct book *book, const struct payment *payment)
{
    struct search *search = arg;
    for (size_t i = 0; i < payment->found.times && !search->found; i++)
        if (strcasecmp(pg_str(book->seen, payment->found.at[i], SEEN_ID), search->id) == 0) {
            search->payment = *payment;
            search->found = true;
        }
}

/* The payment that the entry in the path is one of. */
static bool find(struct svc *svc, const struct req *req, struct pg_tx **tx, struct book *book,
                 struct payment *payment, struct resp *resp, struct err *err)
{
    struct search search = {.id = req_param(req, "id")};
    if (!req_no_query(req, resp, err))
        return false;
    if (uuid_valid(search.id)) {
        if (!pg_begin(svc->base.db, tx, err) || !owner_enter(*tx, req->identity->user_id, err) ||
            !book_read(*tx, req->identity->user_id, book, err))
            return false;
        look(book, match_one, &search);
    }
    *payment = search.payment;
    return search.found || err_set(err, ERR_NOT_FOUND, "no entry of a recurring payment");
}

/* The payment as it is now, for who asked and for all that listen. */
static bool answer(struct pg_tx **tx, const struct req *req, const struct book *book,
                   const struct payment *payment, bool changed, struct resp *resp, struct err *err)
{
    const char *type = payment->dismissed ? EVENT_RECURRING_DISMISSED : EVENT_RECURRING_RESTORED;
    resp_json(resp, 200, show(book, payment));
    return (!changed || tell_change(*tx,
                                    &(struct told){.type = type,
                                                   .user_id = req->identity->user_id,
                                                   .id = pg_str(book->seen, payment->row, SEEN_ID),
                                                   .snapshot = resp->body},
                                    err)) &&
           pg_commit(tx, err);
}

bool recurring_dismiss(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct payment payment;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(book_fini) struct book book = {0};
    if (!find(svc, req, &tx, &book, &payment, resp, err))
        return false;
    const struct dismissal dismissal = {.merchant_id =
                                            pg_str(book.seen, payment.row, SEEN_MERCHANT),
                                        .currency = pg_str(book.seen, payment.row, SEEN_CURRENCY),
                                        .direction = pg_str(book.seen, payment.row, SEEN_DIRECTION),
                                        .period = recurring_period_names[payment.found.period],
                                        .minor = payment.found.expected};
    bool was = payment.dismissed;
    payment.dismissed = true;
    return (was || recurring_store_dismiss(tx, req->identity->user_id, &dismissal, err)) &&
           answer(&tx, req, &book, &payment, !was, resp, err);
}

bool recurring_restore(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    struct payment payment;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    scoped(book_fini) struct book book = {0};
    if (!find(svc, req, &tx, &book, &payment, resp, err))
        return false;
    size_t count = 0, rows = pg_rows(book.dismissed);
    const char **ids = xcalloc(rows + 1, sizeof *ids);
    for (size_t i = 0; i < rows; i++)
        if (means(&book, i, &payment))
            ids[count++] = pg_str(book.dismissed, i, DISMISSED_ID);
    scoped(str_drop) char *list = pg_array(ids, count);
    free(ids);
    payment.dismissed = false;
    return (count == 0 || recurring_store_restore(tx, req->identity->user_id, list, err)) &&
           answer(&tx, req, &book, &payment, count > 0, resp, err);
}
