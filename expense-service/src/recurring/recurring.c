#include "recurring/recurring.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "budgets/period.h"

const char *const recurring_period_names[] = {"weekly",    "two_weekly", "monthly",
                                              "quarterly", "yearly",     NULL};
const char *const recurring_status_names[] = {"active", "changed", "missed", "ended", NULL};

/* How far apart two of them are, how much that may vary, and how late the next one may be. */
static const struct {
    int64_t days, slack, grace;
} periods[] = {[EVERY_WEEK] = {7, 1, 2},
               [EVERY_TWO_WEEKS] = {14, 2, 4},
               [EVERY_MONTH] = {30, 4, 7},
               [EVERY_QUARTER] = {91, 8, 14},
               [EVERY_YEAR] = {365, 12, 21}};

static bool period_of_distance(int64_t days, enum recurring_period *out)
{
    for (size_t i = 0; i < LENGTH(periods); i++)
        if (llabs(days - periods[i].days) <= periods[i].slack) {
            *out = (enum recurring_period)i;
            return true;
        }
    return false;
}

static bool near(int64_t a, int64_t b)
{
    int64_t larger = a > b ? a : b;
    return llabs(a - b) <= larger / 100 * AMOUNT_PERCENT + larger % 100 * AMOUNT_PERCENT / 100;
}

static bool by_weeks(enum recurring_period period)
{
    return period == EVERY_WEEK || period == EVERY_TWO_WEEKS;
}

static int64_t months_of(enum recurring_period period)
{
    return period == EVERY_MONTH ? 1 : period == EVERY_QUARTER ? 3 : 12;
}

/* The day of the month or year that is meant, whatever shorter months made of it: the latest day of
 * the month that any of them had. */
static void set_next(const struct occurrence *seen, const size_t chain[], size_t times,
                     struct recurring *out)
{
    int64_t last = seen[chain[times - 1]].day, anchor = last;
    int best = 0;
    if (by_weeks(out->period)) {
        out->next = last + periods[out->period].days;
        return;
    }
    for (size_t i = 0; i < times; i++) {
        char text[DAY_TEXT_SIZE];
        day_text(seen[chain[i]].day, text);
        int day = atoi(text + strlen(text) - 2);
        if (day > best) {
            best = day;
            anchor = seen[chain[i]].day;
        }
    }
    int64_t n = period_of(PERIOD_MONTHLY, anchor, last);
    /* One that came a day early or late is nearer to the end of its month than to the begin. */
    struct period now = period_nth(PERIOD_MONTHLY, anchor, n);
    bool late = now.to - last < last - now.from;
    out->anchor = anchor;
    out->nth = n + late + months_of(out->period);
    out->next = period_nth(PERIOD_MONTHLY, anchor, out->nth).from;
}

int64_t recurring_nth(const struct recurring *found, int64_t n)
{
    if (by_weeks(found->period))
        return found->next + n * periods[found->period].days;
    int64_t months = found->nth + n * months_of(found->period);
    return period_nth(PERIOD_MONTHLY, found->anchor, months).from;
}

bool recurring_like(const struct recurring *found, const char *period, int64_t minor)
{
    if (strcmp(recurring_period_names[found->period], period) != 0)
        return false;
    for (size_t i = 0; i < found->times; i++)
        if (near(found->minors[i], minor))
            return true;
    return false;
}

/* From `first` on, each the next one at the same distance and much the same amount. */
static size_t follow(const struct occurrence seen[], size_t count, size_t first,
                     enum recurring_period period, size_t chain[])
{
    size_t times = 0;
    chain[times++] = first;
    for (size_t i = first + 1; i < count; i++) {
        const struct occurrence *last = &seen[chain[times - 1]];
        int64_t apart = seen[i].day - last->day;
        if (apart > periods[period].days + periods[period].slack)
            break;
        if (llabs(apart - periods[period].days) <= periods[period].slack &&
            near(seen[i].minor, last->minor))
            chain[times++] = i;
    }
    return times;
}

/* The longest chain; of two as long, that which ended later. */
static size_t longest(const struct occurrence seen[], size_t count, size_t best[],
                      enum recurring_period *period)
{
    size_t times = 0, chain[RECURRING_SEEN_MAX];
    for (size_t i = 0; i + 1 < count; i++)
        for (size_t k = i + 1; k < count; k++) {
            enum recurring_period by;
            if (!near(seen[i].minor, seen[k].minor) ||
                !period_of_distance(seen[k].day - seen[i].day, &by))
                continue;
            size_t n = follow(seen, count, i, by, chain);
            if (n > times || (n == times && n > 0 && chain[n - 1] > best[times - 1])) {
                times = n;
                *period = by;
                memcpy(best, chain, n * sizeof *chain);
            }
        }
    return times;
}

static enum recurring_status status_of(const struct recurring *found, int64_t today)
{
    int64_t late = today - found->next;
    if (late > periods[found->period].days + periods[found->period].grace)
        return RECURRING_ENDED;
    if (late > periods[found->period].grace)
        return RECURRING_MISSED;
    return found->before != found->expected ? RECURRING_CHANGED : RECURRING_ACTIVE;
}

static void take_out(struct occurrence seen[], size_t *count, const size_t chain[], size_t times)
{
    size_t kept = 0, next = 0;
    for (size_t i = 0; i < *count; i++)
        if (next < times && chain[next] == i)
            next++;
        else
            seen[kept++] = seen[i];
    *count = kept;
}

bool recurring_find(struct occurrence seen[], size_t *count, int64_t today, struct recurring *out)
{
    size_t chain[RECURRING_SEEN_MAX];
    enum recurring_period period = EVERY_MONTH;
    size_t times = longest(seen, *count, chain, &period);
    if (times < RECURRING_TIMES_MIN)
        return false;
    *out = (struct recurring){.period = period,
                              .times = times,
                              .expected = seen[chain[times - 1]].minor,
                              .before = seen[chain[times - 2]].minor,
                              .last = seen[chain[times - 1]].day};
    for (size_t i = 0; i < times; i++) {
        out->at[i] = seen[chain[i]].at;
        out->minors[i] = seen[chain[i]].minor;
    }
    set_next(seen, chain, times, out);
    out->status = status_of(out, today);
    take_out(seen, count, chain, times);
    return true;
}
