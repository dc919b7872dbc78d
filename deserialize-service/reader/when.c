#include "when.h"

#include <string.h>

#include "bank.h"
#include "base/timefmt.h"
#include "currency.h"

#define DAY_US (INT64_C(86400) * US_PER_S)

static bool civil(int year, int month, int day, int64_t *days)
{
    if (month < 1 || month > 12 || day < 1 || day > time_days_in_month(year, month))
        return false;
    *days = time_days_from_civil(year, month, day);
    return true;
}

enum order { ORDER_UNKNOWN, DAY_FIRST, MONTH_FIRST };

/* The month stands first in the United States and the Philippines. Whose bank it is tells that,
 * else whose money. */
static enum order order_of(const struct frame *frame, const struct reading *out)
{
    const struct bank *bank = bank_of_sender(frame->in->sender);
    const char *currency = out->amount.money.currency;

    if (bank != NULL)
        return strcmp(bank->country, "US") == 0 || strcmp(bank->country, "PH") == 0 ? MONTH_FIRST
                                                                                    : DAY_FIRST;
    return currency[0] == '\0' || strcmp(currency, "USD") == 0 || strcmp(currency, "PHP") == 0 ||
                   strcmp(currency, "CAD") == 0
               ? ORDER_UNKNOWN
               : DAY_FIRST;
}

static bool is_lately(int64_t received_day, int64_t day)
{
    return day <= received_day + 1 && day >= received_day - 400;
}

/* A numeric date may be day first, month first or year first: the reading in the order of the
 * country, else the one nearest to the receipt that is not after it, which is not certain where
 * another is as possible. Without a receipt the first that is a date. */
static bool order_parts(const struct token *token, int64_t received_day, enum order order,
                        int64_t *days, bool *certain)
{
    int a = token->part[0], b = token->part[1], c = token->part[2];
    int year = token->year != 0 ? token->year : 2000 + c;
    const int orders[3][3] = {{year, b, a}, {year, a, b}, {2000 + a, b, c}};
    int64_t best = INT64_MAX, first = 0, second = 0;
    bool both = civil(orders[0][0], orders[0][1], orders[0][2], &first) &&
                civil(orders[1][0], orders[1][1], orders[1][2], &second) && first != second &&
                received_day != 0 && is_lately(received_day, first) &&
                is_lately(received_day, second);

    if (both && order != ORDER_UNKNOWN) {
        *days = order == DAY_FIRST ? first : second;
        return true;
    }
    *certain = !both;
    for (int i = 0; i < (token->year != 0 ? 2 : 3); i++) {
        int64_t candidate, away;

        if (!civil(orders[i][0], orders[i][1], orders[i][2], &candidate))
            continue;
        if (received_day == 0) {
            *days = candidate;
            return true;
        }
        away = received_day - candidate;
        away = away < -1 ? INT64_C(100000) - away : away < 0 ? -away : away;
        if (away < best) {
            best = away;
            *days = candidate;
        }
    }
    return best != INT64_MAX;
}

static bool date_days(const struct token *token, int64_t received_day, enum order order,
                      int64_t *days, bool *certain)
{
    int year, month, day;

    if (token->numeric)
        return order_parts(token, received_day, order, days, certain);
    if (token->year != 0)
        return civil(token->year, token->month, token->day, days);
    /* No year: the last such day before the receipt. */
    if (received_day == 0)
        return false;
    time_civil_from_days(received_day + 1, &year, &month, &day);
    if (token->month > month || (token->month == month && token->day > day))
        year--;
    return civil(year, token->month, token->day, days);
}

void when_take(const struct frame *frame, int date, int time, struct findings *found,
               struct reading *out)
{
    const struct reader_input *in = frame->in;
    int64_t offset = in->utc_offset_s * US_PER_S, days = 0;
    int64_t received_day = in->received_at > 0 ? (in->received_at + offset) / DAY_US : 0;

    bool certain = true;

    if (!date_days(&frame->tokens[date], received_day, order_of(frame, out), &days, &certain))
        return;
    if (received_day != 0 && (days > received_day + 1 || days < received_day - 400))
        return;
    out->occurred_at_certain = certain;
    found->date = date;
    if (time >= 0) {
        out->has_own_time = true;
        out->occurred_at = days * DAY_US + frame->tokens[time].seconds * US_PER_S - offset;
    } else if (days != received_day) {
        out->occurred_at =
            days * DAY_US + DAY_US / 2 - offset; /* noon: the day holds in any zone */
    }
}

void when_read(const struct frame *frame, struct findings *found, struct reading *out)
{
    int date = -1, time = -1;

    out->occurred_at = frame->in->received_at;
    /* Persian banks write dates of the Iranian calendar. */
    if (currency_is_persian(frame))
        return;
    for (int i = 0; i < frame->count; i++) {
        if (frame->tokens[i].kind == TOKEN_DATE)
            explain_note(frame, READING_FIELD_OCCURRED_AT, i, i, 0, "");
        if (frame->tokens[i].kind == TOKEN_DATE && date < 0)
            date = i;
        if (frame->tokens[i].kind == TOKEN_TIME && time < 0)
            time = i;
    }
    if (date >= 0)
        when_take(frame, date, time, found, out);
}
