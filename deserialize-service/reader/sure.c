/* How sure a reading is, as a whole and field by field. */
#include "currency.h"
#include "grammar.h"

/* Of class, amount and direction together. */
static int confidence(const struct frame *frame, const struct findings *found,
                      const struct reading *out)
{
    char currency[CURRENCY_SIZE];
    int score = 40;
    enum currency_certainty told =
        currency_resolve(frame, frame->tokens[found->amount].currency, currency);

    score += found->verb_strength * 8;
    score += out->account[0] != '\0' ? 8 : 0;
    score += out->balance.found ? 6 : 0;
    score += out->reference[0] != '\0' ? 4 : 0;
    score += out->occurred_at_certain ? 6 : 0;
    score += out->merchant[0] != '\0' && !out->merchant_from_kind ? 6 : 0;
    score -= told == CURRENCY_ASSUMED || told == CURRENCY_GUESSED ? 8 : 0;
    score -= found->sums > 1 ? 5 : 0;
    score -= found->direction_margin < 6 ? 12 : 0;
    if (score > 99)
        score = 99;
    if (told == CURRENCY_GUESSED && score >= READER_REVIEW_BELOW)
        score = READER_REVIEW_BELOW - 1;
    if (told == CURRENCY_UNKNOWN || !out->amount.found || out->amount.money.minor == 0 ||
        out->direction == READING_NO_DIRECTION)
        score = score < 40 ? score : 40;
    return score < 0 ? 0 : score;
}

static uint8_t percent(int value)
{
    return (uint8_t)(value < 1 ? 1 : value > 99 ? 99 : value);
}

static void set(struct reading *out, enum reading_field field, bool found, int value)
{
    out->sure[field] = found ? percent(value) : 0;
}

void sure_read(const struct frame *frame, const struct findings *found, struct reading *out)
{
    if (out->class != READING_TRANSACTION)
        out->confidence = out->class == READING_OTHER ? 50 : 90;
    else
        out->confidence = confidence(frame, found, out);
}

void sure_of_fields(const struct findings *found, struct reading *out)
{
    int whole = out->confidence;

    set(out, READING_FIELD_CLASS, true, whole);
    if (out->class != READING_TRANSACTION)
        return;
    set(out, READING_FIELD_AMOUNT, out->amount.found, whole + 5 - 5 * (found->sums - 1));
    set(out, READING_FIELD_CONVERTED, out->converted.found, whole - 10);
    set(out, READING_FIELD_FEE, out->fee.found, 90);
    set(out, READING_FIELD_BALANCE, out->balance.found, 95);
    set(out, READING_FIELD_CREDIT_LIMIT, out->credit_limit.found, 95);
    set(out, READING_FIELD_DIRECTION, out->direction != READING_NO_DIRECTION,
        50 + found->verb_strength * 10 + (found->direction_margin < 6 ? -25 : 9));
    set(out, READING_FIELD_MERCHANT, out->merchant[0] != '\0',
        out->merchant_from_kind ? 60 : 45 + found->merchant_score * 4 / 5);
    set(out, READING_FIELD_ACCOUNT, out->account[0] != '\0', 75 + found->account_score * 2);
    set(out, READING_FIELD_SECOND_ACCOUNT, out->second_account[0] != '\0', 80);
    set(out, READING_FIELD_REFERENCE, out->reference[0] != '\0', 90);
    set(out, READING_FIELD_OCCURRED_AT, out->occurred_at != 0,
        !out->occurred_at_certain ? 40
        : out->has_own_time       ? 97
                                  : 92);
}
