/* Where in the message each field was found. */
#include "grammar.h"

static void set(const struct frame *frame, struct reading *out, enum reading_field field, int first,
                int last)
{
    const struct text *text = &frame->text;

    if (first < 0 || last < first || last >= frame->count)
        return;
    out->spans[field].start = text->at[frame->tokens[first].start];
    out->spans[field].end = text->at[frame->tokens[last].end];
    /* A letter that folds to nothing leaves its place to the next one: end where the last byte of
     * this token ends. */
    size_t last_byte = text->at[frame->tokens[last].end - 1];
    uint32_t cp;

    last_byte += text_decode(text->raw + last_byte, text->raw_len - last_byte, &cp);
    if (last_byte < out->spans[field].end)
        out->spans[field].end = (uint16_t)last_byte;
}

void spans_read(const struct frame *frame, const struct findings *found, struct reading *out)
{
    set(frame, out, READING_FIELD_AMOUNT, found->amount, found->amount);
    set(frame, out, READING_FIELD_CONVERTED, found->converted, found->converted);
    set(frame, out, READING_FIELD_FEE, found->fee, found->fee);
    set(frame, out, READING_FIELD_BALANCE, found->balance, found->balance);
    set(frame, out, READING_FIELD_CREDIT_LIMIT, found->limit, found->limit);
    set(frame, out, READING_FIELD_DIRECTION, found->verb,
        found->verb >= 0 ? found->verb + frame->tokens[found->verb].span - 1 : -1);
    set(frame, out, READING_FIELD_MERCHANT, found->merchant, found->merchant_end);
    set(frame, out, READING_FIELD_ACCOUNT, found->account, found->account);
    set(frame, out, READING_FIELD_REFERENCE, found->reference, found->reference_end);
}
