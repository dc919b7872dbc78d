#include "recurring/recurring_routes.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "budgets/period.h"
#include "ledger.h"
#include "recurring/recurring.h"

/* What is looked at: the merchants with the most entries of the last two years and a bit, and of
 * each its latest. */
#define MERCHANTS "300"
#define LATEST "120" /* RECURRING_SEEN_MAX */

/* clang-format off */
static const struct pg_statement rows[] = {
    {"recurring_seen",
     "WITH busy AS (SELECT e.merchant_id, e.currency, e.direction FROM expense e"
     "  WHERE e.user_id = $1 AND e.deleted_at IS NULL AND e.merchant_id IS NOT NULL"
     "   AND e.type IN ('expense', 'income') AND e.occurred_at > now() - interval '800 days'"
     "  GROUP BY 1, 2, 3 HAVING count(*) >= 3 ORDER BY count(*) DESC LIMIT " MERCHANTS ")"
     " SELECT m.id, m.name, b.currency, b.direction, c.id, c.name,"
     "  (s.occurred_at AT TIME ZONE o.time_zone)::date - date '1970-01-01', s.amount_minor,"
     "  (now() AT TIME ZONE o.time_zone)::date - date '1970-01-01'"
     " FROM busy b JOIN owner o ON o.user_id = $1"
     " JOIN merchant m ON m.user_id = $1 AND m.id = b.merchant_id"
     " CROSS JOIN LATERAL (SELECT e.occurred_at, e.id, e.amount_minor, e.category_id FROM expense e"
     "  WHERE e.user_id = $1 AND e.merchant_id = b.merchant_id AND e.currency = b.currency"
     "   AND e.direction = b.direction AND e.deleted_at IS NULL"
     "   AND e.type IN ('expense', 'income') AND e.occurred_at > now() - interval '800 days'"
     "  ORDER BY e.occurred_at DESC, e.id DESC LIMIT " LATEST ") s"
     " LEFT JOIN category c ON c.user_id = $1 AND c.id = s.category_id"
     " ORDER BY m.id, b.currency, b.direction, s.occurred_at, s.id"},
};
/* clang-format on */
const struct pg_statements recurring_statements = {TABLE(rows)};

/* The rows of one merchant, currency and direction. */
struct group {
    const struct pg_result *rows;
    size_t first, count;
};

static bool same_group(const struct pg_result *result, size_t a, size_t b)
{
    for (int col = 0; col < 4; col++)
        if (col != 1 && strcmp(pg_str(result, a, col), pg_str(result, b, col)) != 0)
            return false;
    return true;
}

static void set_money(json_t *json, const char *name, int64_t minor, const char *currency)
{
    struct money money = {.minor = minor};
    snprintf(money.currency, sizeof money.currency, "%s", currency);
    json_object_set_new(json, name, json_money(&money));
}

static json_t *show(const struct group *group, const struct recurring *found)
{
    size_t last = group->first + group->count - 1;
    const struct pg_result *result = group->rows;
    const char *currency = pg_str(result, last, 2);
    char last_on[DAY_TEXT_SIZE], next_on[DAY_TEXT_SIZE];
    day_text(found->last, last_on);
    day_text(found->next, next_on);
    json_t *json = json_pack("{s:{s:s, s:s}, s:s, s:o, s:s, s:s, s:s, s:s, s:I}", "merchant", "id",
                             pg_str(result, last, 0), "name", pg_str(result, last, 1), "direction",
                             pg_str(result, last, 3), "category",
                             pg_is_null(result, last, 4)
                                 ? json_null()
                                 : json_pack("{s:s, s:s}", "id", pg_str(result, last, 4), "name",
                                             pg_str(result, last, 5)),
                             "period", recurring_period_names[found->period], "status",
                             recurring_status_names[found->status], "last_on", last_on, "next_on",
                             next_on, "times", (json_int_t)found->times);
    set_money(json, "expected", found->expected, currency);
    if (found->status == RECURRING_CHANGED)
        set_money(json, "before", found->before, currency);
    return json;
}

static void look_at(const struct group *group, json_t *data)
{
    struct occurrence seen[RECURRING_SEEN_MAX];
    struct recurring found;
    size_t count = 0;
    int64_t today = pg_int(group->rows, group->first, 8);
    for (size_t i = 0; i < group->count && count < RECURRING_SEEN_MAX; i++)
        seen[count++] = (struct occurrence){pg_int(group->rows, group->first + i, 6),
                                            pg_int(group->rows, group->first + i, 7)};
    while (recurring_find(seen, &count, today, &found))
        json_array_append_new(data, show(group, &found));
}

bool recurring_list(struct svc *svc, const struct req *req, struct resp *resp, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!req_no_query(req, resp, err) ||
        !pg_query(svc->base.db, "recurring_seen", PARAMS(P_STR(req->identity->user_id)), &result,
                  err))
        return false;
    json_t *data = json_array();
    struct group group = {.rows = result};
    for (size_t i = 0; i < pg_rows(result); i++) {
        group.count++;
        if (i + 1 < pg_rows(result) && same_group(result, i, i + 1))
            continue;
        look_at(&group, data);
        group = (struct group){.rows = result, .first = i + 1};
    }
    return resp_json(
        resp, 200,
        json_pack("{s:o, s:{s:n, s:b}}", "data", data, "page", "next_cursor", "has_more", 0));
}
