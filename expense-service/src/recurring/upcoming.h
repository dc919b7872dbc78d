/* upcoming - which payments are expected until a day, in the order of their days, and what they
 * come to in each currency. No I/O. */
#pragma once
#include <jansson.h>
#include <stdbool.h>

#include "recurring/recurring.h"

enum { UPCOMING_DAYS = 30, UPCOMING_DAYS_MAX = 366 };

struct expected {
    int64_t day;
    const char *id; /* borrowed: of the latest entry of the payment */
    size_t row;     /* of that entry */
    bool income;
    const char *currency; /* borrowed */
    int64_t minor;
    const char *period, *status;
};
struct upcoming {
    int64_t today, until; /* days, both in it */
    struct expected *list;
    size_t count, room;
};
void upcoming_fini(struct upcoming *upcoming);
/* Each day that one is expected on. A payment that is late is so on the day it should have come,
 * and once; one that ended is not. like says what all of them are. */
void upcoming_add(struct upcoming *upcoming, const struct recurring *found,
                  const struct expected *like);
void upcoming_sort(struct upcoming *upcoming);
/* The first one behind that of this day and id. */
size_t upcoming_after(const struct upcoming *upcoming, int64_t day, const char *id);
/* [{currency, expense, income, net, count}] by currency. */
json_t *upcoming_totals(const struct upcoming *upcoming);
