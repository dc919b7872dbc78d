/* rate_store - exchange rates, and sums converted by them. Owns: rows of rate. */
#pragma once
#include "expenses/range.h"
#include "http/page.h"
#include "pg/pg.h"
#include "rates/rate.h"

extern const struct pg_statements rate_statements;

/* Whose rates count for all. */
#define RATE_OF_ALL "00000000-0000-0000-0000-000000000000"

must_check bool rate_store_set(struct pg_tx *tx, const char *user_id, const struct rate *rate,
                               struct err *err);
/* rate->rate is not looked at. */
must_check bool rate_store_delete(struct pg_pool *db, const char *user_id, const struct rate *rate,
                                  bool *found, struct err *err);
/* The person's own and those of all, by base, quote, day; base and quote NULL: any. */
must_check bool rate_store_list(struct pg_pool *db, const char *user_id, const char *base,
                                const char *quote, const struct page *page,
                                struct pg_result **result, struct err *err);
json_t *rate_json(const struct pg_result *result, size_t row);

/* What was spent and earned in the range of dates, in the person's base currency where a rate is
 * known, and what is missing: {currency, expense, income, net, missing: [{currency, expense,
 * income}]}; null: the person has no base currency. The caller's. */
must_check bool rate_store_converted(struct pg_tx *tx, const char *user_id,
                                     const struct range *range, json_t **out, struct err *err);

/* One of the European Central Bank's files, for everybody; ERR_INVALID: it is none. */
must_check bool rate_store_import(struct pg_tx *tx, const char *text, size_t len, size_t *count,
                                  struct err *err);
/* *mine: rates are due, and this caller fetches them; others not for an hour. */
must_check bool rate_store_claim(struct pg_pool *db, bool *mine, struct err *err);
/* They are here: the next time is in hours. */
must_check bool rate_store_fetched(struct pg_tx *tx, int hours, struct err *err);
