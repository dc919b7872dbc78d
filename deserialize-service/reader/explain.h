/* explain - why a text was read as it was: every candidate of every field with its score.
 * One call gives the reading and its reasons; the reading is the one of reader_read().
 *     struct reading reading;
 *     struct explanation why;
 *     reader_explain(&input, &reading, &why);
 * reading.spans[field] says where the chosen value stands (to underline it), reading.sure[field]
 * how sure it is, and why.candidates[0..count) what it was chosen from, in the order of the search.
 * Scores are compared within a field only. Threads: any.   No heap; costs a little more time. */
#pragma once
#include "reader.h"

#define EXPLANATION_CANDIDATES 64 /* more than a bank text has; what comes after is not noted */

struct candidate {
    enum reading_field field;
    struct reading_span span;
    int score;
    bool chosen;       /* it stands where the reading's field does */
    const char *means; /* "debit", "credit" of a direction, else ""; never freed */
};

struct explanation {
    int count;
    struct candidate candidates[EXPLANATION_CANDIDATES];
};

void reader_explain(const struct reader_input *in, struct reading *out, struct explanation *why);
