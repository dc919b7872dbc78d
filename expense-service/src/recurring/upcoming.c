#include "recurring/upcoming.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/money.h"

void upcoming_fini(struct upcoming *upcoming)
{
    free(upcoming->list);
}

static void append(struct upcoming *upcoming, const struct expected *expected)
{
    if (upcoming->count == upcoming->room) {
        upcoming->room = upcoming->room * 2 + 64;
        upcoming->list = xrealloc(upcoming->list, upcoming->room * sizeof *upcoming->list);
    }
    upcoming->list[upcoming->count++] = *expected;
}

void upcoming_add(struct upcoming *upcoming, const struct recurring *found,
                  const struct expected *like)
{
    if (found->status == RECURRING_ENDED)
        return;
    struct expected expected = *like;
    for (int64_t n = 0; (expected.day = recurring_nth(found, n)) <= upcoming->until; n++)
        if (n == 0 || expected.day >= upcoming->today)
            append(upcoming, &expected);
}

static int by_day(const void *a, const void *b)
{
    const struct expected *one = a, *two = b;
    return one->day != two->day ? (one->day > two->day) - (one->day < two->day)
                                : strcmp(one->id, two->id);
}

void upcoming_sort(struct upcoming *upcoming)
{
    if (upcoming->count > 0)
        qsort(upcoming->list, upcoming->count, sizeof *upcoming->list, by_day);
}

size_t upcoming_after(const struct upcoming *upcoming, int64_t day, const char *id)
{
    const struct expected last = {.day = day, .id = id};
    size_t i = 0;
    while (i < upcoming->count && by_day(&upcoming->list[i], &last) <= 0)
        i++;
    return i;
}

struct total {
    const char *currency;
    int64_t expense, income;
    json_int_t count;
};

/* Amounts are at most MONEY_MAX; what a thousand of them may come to is beyond an integer. */
static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void set_amount(json_t *json, const char *name, int64_t minor, const char *currency)
{
    char text[MONEY_SIZE];
    money_format_minor(minor, currency, text);
    json_object_set_new(json, name, json_string(text));
}

static json_t *total_json(const struct total *total)
{
    json_t *json = json_pack("{s:s, s:I}", "currency", total->currency, "count", total->count);
    set_amount(json, "expense", total->expense, total->currency);
    set_amount(json, "income", total->income, total->currency);
    set_amount(json, "net", total->income - total->expense, total->currency);
    return json;
}

static int by_currency(const void *a, const void *b)
{
    const struct total *one = a, *two = b;
    return strcmp(one->currency, two->currency);
}

json_t *upcoming_totals(const struct upcoming *upcoming)
{
    struct total *totals = xcalloc(upcoming->count + 1, sizeof *totals);
    size_t count = 0;
    for (size_t i = 0; i < upcoming->count; i++) {
        const struct expected *each = &upcoming->list[i];
        size_t n = 0;
        while (n < count && strcmp(totals[n].currency, each->currency) != 0)
            n++;
        if (n == count)
            totals[count++].currency = each->currency;
        int64_t *sum = each->income ? &totals[n].income : &totals[n].expense;
        *sum = plus(*sum, each->minor);
        totals[n].count++;
    }
    qsort(totals, count, sizeof *totals, by_currency);
    json_t *json = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(json, total_json(&totals[i]));
    free(totals);
    return json;
}
