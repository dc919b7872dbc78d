/* Where in the message each field was found. */
#include "grammar.h"

/* The word that makes a text of its class: the first one of a role that stands for it. */
static int class_word(const struct frame *frame, const struct findings *found,
                      enum reading_class class)
{
    static const uint8_t roles[] = {
        [READING_OTP] = ROLE_OTP,
        [READING_PROMOTION] = ROLE_PROMOTION,
        [READING_REQUEST] = ROLE_REQUEST,
        [READING_REMINDER] = ROLE_REMINDER,
        [READING_FAILED_PAYMENT] = ROLE_FAILED,
        [READING_BALANCE_NOTICE] = ROLE_BALANCE,
        [READING_MANDATE] = ROLE_MANDATE,
        [READING_STATEMENT] = ROLE_STATEMENT,
        [READING_OTHER] = ROLE_NOTICE,
    };

    if (class == READING_TRANSACTION)
        return found->verb;
    for (int i = 0; i < frame->count; i++)
        if (frame->tokens[i].role == roles[class] ||
            (class == READING_REMINDER && frame->tokens[i].role == ROLE_FUTURE))
            return i;
    return -1;
}

static void set(const struct frame *frame, struct reading *out, enum reading_field field, int first,
                int last)
{
    out->spans[field] = frame_span(frame, first, last);
}

static int phrase_end(const struct frame *frame, int i)
{
    return i >= 0 ? i + frame->tokens[i].span - 1 : -1;
}

void spans_read_class(const struct frame *frame, const struct findings *found, struct reading *out)
{
    int word = class_word(frame, found, out->class);

    set(frame, out, READING_FIELD_CLASS, word, phrase_end(frame, word));
}

void spans_read(const struct frame *frame, const struct findings *found, struct reading *out)
{
    set(frame, out, READING_FIELD_AMOUNT, found->amount, found->amount);
    set(frame, out, READING_FIELD_CONVERTED, found->converted, found->converted);
    set(frame, out, READING_FIELD_FEE, found->fee, found->fee);
    set(frame, out, READING_FIELD_BALANCE, found->balance, found->balance);
    set(frame, out, READING_FIELD_CREDIT_LIMIT, found->limit, found->limit);
    set(frame, out, READING_FIELD_DIRECTION, found->verb, phrase_end(frame, found->verb));
    set(frame, out, READING_FIELD_MERCHANT, found->merchant, found->merchant_end);
    set(frame, out, READING_FIELD_ACCOUNT, found->account, found->account);
    set(frame, out, READING_FIELD_SECOND_ACCOUNT, found->second, found->second);
    set(frame, out, READING_FIELD_OCCURRED_AT, found->date, found->date);
    set(frame, out, READING_FIELD_REFERENCE, found->reference, found->reference_end);
}
