#include "insight/insight_store.h"

#include "insight/summary.h"

#define SPENT "CASE s.type WHEN 'expense' THEN s.minor WHEN 'refund' THEN -s.minor ELSE 0 END"
#define EARNED "CASE s.type WHEN 'income' THEN s.minor ELSE 0 END"
#define MONTH_OF(day) "date_trunc('month', " day " - (o.month_start - 1))::date"

/* clang-format off */
static const struct pg_statement rows[] = {
    {"insight_cash_flow",
     "SELECT period, currency, earned, spent, earned - spent,"
     "  sum(earned - spent) OVER (PARTITION BY currency ORDER BY period)"
     " FROM (SELECT CASE $4 WHEN 'day' THEN to_char(s.day, 'YYYY-MM-DD')"
     "   WHEN 'week' THEN to_char(s.day, 'IYYY-\"W\"IW')"
     "   ELSE to_char(" MONTH_OF("s.day") ", 'YYYY-MM') END AS period,"
     "   s.currency, sum(" EARNED ") AS earned, sum(" SPENT ") AS spent"
     "  FROM day_sum s JOIN owner o ON o.user_id = s.user_id"
     "  WHERE s.user_id = $1 AND s.day BETWEEN $2::date AND $3::date"
     "  GROUP BY 1, 2 HAVING sum(" EARNED ") <> 0 OR sum(" SPENT ") <> 0) f"
     " ORDER BY currency, period"},
    {"insight_movers",
     "SELECT c.id, c.name, f.currency, f.now, f.before, f.now - f.before FROM ("
     "  SELECT s.category_id, s.currency,"
     "   coalesce(sum(" SPENT ") FILTER (WHERE s.day >= $4::date), 0) AS now,"
     "   coalesce(sum(" SPENT ") FILTER (WHERE s.day < $4::date), 0) AS before"
     "  FROM day_sum s WHERE s.user_id = $1 AND s.day BETWEEN $2::date AND $3::date"
     "  GROUP BY 1, 2) f"
     " LEFT JOIN category c ON c.user_id = $1 AND c.id = f.category_id"
     " WHERE f.now <> f.before ORDER BY abs(f.now - f.before) DESC, f.currency, c.id LIMIT $5"},
    {"insight_trends",
     "WITH this AS (SELECT user_id, month_start, " MONTH_OF("(now() AT TIME ZONE time_zone)::date")
     "   AS month FROM owner o WHERE user_id = $1),"
     " spent AS (SELECT s.category_id, s.currency, " MONTH_OF("s.day") " AS month,"
     "   sum(" SPENT ") AS minor FROM day_sum s JOIN this o ON o.user_id = s.user_id"
     "  WHERE s.day >= o.month - make_interval(months => $2::int + 2) GROUP BY 1, 2, 3),"
     " months AS (SELECT g::date AS month, n FROM this o, generate_series("
     "   o.month - make_interval(months => $2::int + 2), o.month, '1 month')"
     "   WITH ORDINALITY AS x (g, n)),"
     " line AS (SELECT k.category_id, k.currency, m.month, m.n, coalesce(s.minor, 0) AS minor,"
     "   round(avg(coalesce(s.minor, 0)) OVER (PARTITION BY k.category_id, k.currency"
     "    ORDER BY m.month ROWS BETWEEN 3 PRECEDING AND 1 PRECEDING)) AS mean"
     "  FROM (SELECT DISTINCT category_id, currency FROM spent) k CROSS JOIN months m"
     "  LEFT JOIN spent s ON s.category_id = k.category_id AND s.currency = k.currency"
     "   AND s.month = m.month)"
     " SELECT c.id, c.name, l.currency, l.n = 4, to_char(l.month, 'YYYY-MM'), l.minor, l.mean"
     " FROM line l LEFT JOIN category c ON c.user_id = $1 AND c.id = l.category_id"
     " WHERE l.n > 3 ORDER BY l.currency, lower(c.name), c.id, l.month"},
};
/* clang-format on */
const struct pg_statements insight_statements = {TABLE(rows)};

bool insight_store_cash_flow(struct pg_pool *db, const char *user_id, const struct insight_ask *ask,
                             struct pg_result **result, struct err *err)
{
    return pg_query(db, "insight_cash_flow",
                    PARAMS(P_STR(user_id), P_STR(ask->range.from.date), P_STR(ask->range.to.date),
                           P_STR(ask->by)),
                    result, err);
}

bool insight_store_movers(struct pg_pool *db, const char *user_id, const struct insight_ask *ask,
                          struct pg_result **result, struct err *err)
{
    struct range before;
    char from[DATE_TEXT_SIZE], to[DATE_TEXT_SIZE];
    summary_before(&ask->range, &before, from, to);
    return pg_query(db, "insight_movers",
                    PARAMS(P_STR(user_id), P_STR(from), P_STR(ask->range.to.date),
                           P_STR(ask->range.from.date), P_INT(ask->limit)),
                    result, err);
}

bool insight_store_trends(struct pg_pool *db, const char *user_id, const struct insight_ask *ask,
                          struct pg_result **result, struct err *err)
{
    return pg_query(db, "insight_trends", PARAMS(P_STR(user_id), P_INT(ask->limit)), result, err);
}
