#include "reader.h"

#include <string.h>

#include "base/mem.h"
#include "currency.h"
#include "grammar.h"
#include "template_match.h"
#include "when.h"

/* "… Example Bank": the noun and up to three names before it, at the end of the text. */
static void read_bank(const struct frame *frame, struct reading *out)
{
    for (int i = frame->count - 1; i > 0 && frame_may_have(frame, "bank"); i--) {
        int first = i;

        if (!token_is(frame, i, "bank"))
            continue;
        while (first > 0 && i - first < 3 && frame->tokens[first - 1].kind == TOKEN_WORD &&
               frame->tokens[first - 1].role == ROLE_NONE)
            first--;
        if (first < i) {
            frame_copy(frame, first, i, out->bank, sizeof(out->bank));
            return;
        }
    }
}

static void read_text(const struct reader_input *in, struct reading *out, struct explanation *why)
{
    struct frame frame; /* not cleared: lengths and counts say what is valid */
    struct findings found;
    struct template_match match;
    struct currency_hints hints = {.looked = false};

    memset(out, 0, sizeof(*out));
    frame.why = why;
    frame.hints = &hints;
    frame_read(&frame, in);
    if (!template_find(&frame, in->own, &match) && !template_find(&frame, in->shared, &match))
        template_find(&frame, &template_builtin, &match);
    grammar_read(&frame, &found, out);
    out->class = classify(&frame, &found);
    template_direct(&frame, &match, &found, out);
    account_read(&frame, &found, out);
    kind_read(&frame, &found, out);
    reference_read(&frame, &found, out);
    read_bank(&frame, out);
    when_read(&frame, &found, out);
    if (out->class == READING_TRANSACTION)
        merchant_read(&frame, &found, out);
    template_settle(&frame, &match, &found, out);
    spans_read_class(&frame, &found, out);
    if (out->class == READING_TRANSACTION)
        spans_read(&frame, &found, out);
    sure_read(&frame, &found, out);
    out->confidence = template_confidence(&frame, &match, &found, out);
    sure_of_fields(&found, out);
}

void reader_read(const struct reader_input *in, struct reading *out)
{
    read_text(in, out, NULL);
}

void reader_explain(const struct reader_input *in, struct reading *out, struct explanation *why)
{
    why->count = 0;
    read_text(in, out, why);
    explain_finish(why, out);
}

bool reader_has_own_mark(const struct reading *reading)
{
    return reading->reference[0] != '\0' || reading->has_own_time || reading->balance.found ||
           reading->credit_limit.found;
}

size_t reader_canonical_text(const char *body, size_t body_len, char *out)
{
    size_t n = 0;
    bool blank = false;

    for (size_t i = 0; i < body_len;) {
        uint32_t cp;
        size_t used = text_decode(body + i, body_len - i, &cp);

        if (cp == ' ' || (cp >= '\t' && cp <= '\r') || cp == 0xA0 || cp == 0x202F ||
            (cp >= 0x2000 && cp <= 0x200B) || cp == 0x3000) {
            blank = n > 0;
        } else {
            if (blank)
                out[n++] = ' ';
            blank = false;
            memcpy(out + n, body + i, used);
            n += used;
        }
        i += used;
    }
    out[n] = '\0';
    return n;
}
