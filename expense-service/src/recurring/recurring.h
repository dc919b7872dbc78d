/* recurring - payments that come again and again, found in what was entered. No I/O.
 * Of one merchant, currency and direction, amounts apart by more than AMOUNT_PERCENT are another
 * payment (two subscriptions of one shop). Three in a row with a steady distance are a pattern. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "expenses/expense.h"

enum { RECURRING_SEEN_MAX = 120, RECURRING_TIMES_MIN = 3, AMOUNT_PERCENT = 30 };

enum recurring_period {
    EVERY_WEEK,
    EVERY_TWO_WEEKS,
    EVERY_MONTH,
    EVERY_QUARTER,
    EVERY_YEAR,
};
extern const char *const recurring_period_names[]; /* in that order, NULL-terminated */
enum recurring_status {
    RECURRING_ACTIVE,  /* the next one is not due yet, or hardly */
    RECURRING_CHANGED, /* the last one had another amount than those before */
    RECURRING_MISSED,  /* it is overdue */
    RECURRING_ENDED,   /* two of them are */
};
extern const char *const recurring_status_names[];

/* One entry: day since 1970 in the person's calendar, minor units; at is the caller's own number of
 * it. */
struct occurrence {
    int64_t day, minor;
    size_t at;
};
struct recurring {
    enum recurring_period period;
    enum recurring_status status;
    int64_t expected, before; /* minor units: of the last one; of those before, where it changed */
    int64_t last, next;       /* days */
    int64_t anchor, nth;      /* next is month nth from anchor; not of weeks */
    size_t times;
    size_t at[RECURRING_SEEN_MAX];      /* its entries, times of them, in their order */
    int64_t minors[RECURRING_SEEN_MAX]; /* their amounts */
};
/* seen: count of them in the order of their days, which is changed: those of the pattern found are
 * taken out, so that what is left can be looked at again. false: there is none. */
bool recurring_find(struct occurrence seen[], size_t *count, int64_t today, struct recurring *out);
/* The day of the one that is expected n times after the next one. */
int64_t recurring_nth(const struct recurring *found, int64_t n);
/* Whether it looks, or looked at any of its entries, like one of this period and amount: what was
 * dismissed is known by these, since its entries become others, and the amount moves on step by
 * step. Two of one merchant that are alike in both are one in this. */
bool recurring_like(const struct recurring *found, const char *period, int64_t minor);
