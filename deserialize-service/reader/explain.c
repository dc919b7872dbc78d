/* Notes what was weighed, for people who ask why. */
#include "explain.h"

#include "grammar.h"

struct reading_span frame_span(const struct frame *frame, int first, int last)
{
    const struct text *text = &frame->text;
    struct reading_span span = {0, 0};
    uint32_t cp;

    if (first < 0 || last < first || last >= frame->count)
        return span;
    span.start = text->at[frame->tokens[first].start];
    span.end = text->at[frame->tokens[last].end];
    /* A letter that folds to nothing leaves its place to the next one: end where the last byte of
     * this token ends. */
    size_t last_byte = text->at[frame->tokens[last].end - 1];

    last_byte += text_decode(text->raw + last_byte, text->raw_len - last_byte, &cp);
    if (last_byte < span.end)
        span.end = (uint16_t)last_byte;
    return span;
}

void explain_note(const struct frame *frame, enum reading_field field, int first, int last,
                  int score, const char *means)
{
    struct explanation *why = frame->why;

    if (why == NULL || why->count == EXPLANATION_CANDIDATES)
        return;
    why->candidates[why->count++] = (struct candidate){
        .field = field, .span = frame_span(frame, first, last), .score = score, .means = means};
}

void explain_finish(struct explanation *why, const struct reading *reading)
{
    for (int i = 0; i < why->count; i++) {
        struct candidate *candidate = &why->candidates[i];
        struct reading_span chosen = reading->spans[candidate->field];

        candidate->chosen =
            candidate->span.start == chosen.start && candidate->span.end == chosen.end;
    }
}
