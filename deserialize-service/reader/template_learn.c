#include "template_learn.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "template_match.h"

struct learning {
    struct frame frame;
    const struct template_tag *tags;
    int count;
    int first[TEMPLATE_TAGS_MAX], last[TEMPLATE_TAGS_MAX]; /* tokens under each tag, -1 */
    char *pattern;
    size_t len;
    int elements;
    bool full;
    int *bad;
    struct template_fault *fault;
};

static bool refuse(struct learning *learning, int tag, const char *code, const char *fmt, ...)
    printf_like(4, 5);

static bool refuse(struct learning *learning, int tag, const char *code, const char *fmt, ...)
{
    va_list args;

    *learning->bad = tag;
    learning->fault->code = code;
    va_start(args, fmt);
    vsnprintf(learning->fault->detail, sizeof(learning->fault->detail), fmt, args);
    va_end(args);
    return false;
}

/* Which tokens each tag covers, if only in part; marks at its ends are none of it. */
static bool place_tags(struct learning *learning)
{
    const struct frame *frame = &learning->frame;

    for (int t = 0; t < learning->count; t++) {
        const struct template_tag *tag = &learning->tags[t];

        learning->first[t] = learning->last[t] = -1;
        for (int i = 0; i < frame->count; i++) {
            size_t start = frame->text.at[frame->tokens[i].start];
            size_t end = frame->text.at[frame->tokens[i].end];

            if (start >= tag->end || end <= tag->start ||
                (template_is_mark(frame, i) && learning->first[t] < 0))
                continue;
            if (learning->first[t] < 0)
                learning->first[t] = i;
            if (!template_is_mark(frame, i))
                learning->last[t] = i;
        }
        if (learning->first[t] < 0)
            return refuse(learning, t, "tag_empty", "holds no word and no number of the text");
        for (int k = 0; k < t; k++)
            if (learning->first[t] <= learning->last[k] && learning->first[k] <= learning->last[t])
                return refuse(learning, t, "tags_overlap", "shares words with {%s}",
                              template_slot_name(learning->tags[k].slot));
    }
    return true;
}

static int tag_at(const struct learning *learning, int token)
{
    for (int t = 0; t < learning->count; t++)
        if (token >= learning->first[t] && token <= learning->last[t])
            return t;
    return -1;
}

static bool has_tag(const struct learning *learning, enum template_slot slot)
{
    for (int t = 0; t < learning->count; t++)
        if (learning->tags[t].slot == slot)
            return true;
    return false;
}

static void put(struct learning *learning, const char *text, size_t len)
{
    if (learning->len + len > TEMPLATE_PATTERN_MAX) {
        learning->full = true;
        return;
    }
    memcpy(learning->pattern + learning->len, text, len);
    learning->len += len;
}

static void put_slot(struct learning *learning, enum template_slot slot)
{
    const char *name = template_slot_name(slot);

    put(learning, "{", 1);
    put(learning, name, strlen(name));
    put(learning, "}", 1);
    learning->elements++;
}

/* What an unmarked token becomes: a word itself, else the slot that holds its kind. The first date
 * and its time tell when, unless the person marked them. */
static void put_token(struct learning *learning, int i, bool *dated, bool *timed)
{
    const struct frame *frame = &learning->frame;
    const struct token *token = &frame->tokens[i];
    const char *text = frame->text.fold + token->start;
    size_t len = (size_t)(token->end - token->start);

    switch (token->kind) {
    case TOKEN_WORD:
        put(learning, text, len);
        learning->elements++;
        return;
    case TOKEN_PUNCT:
        if (strchr("[]{}", text[0]) == NULL)
            put(learning, text, len);
        return;
    case TOKEN_NEWLINE:
        put(learning, "\n", 1);
        return;
    case TOKEN_DATE:
        put_slot(learning, *dated ? SLOT_CODE : SLOT_DATE);
        *dated = true;
        return;
    case TOKEN_TIME:
        put_slot(learning, *timed ? SLOT_CODE : SLOT_TIME);
        *timed = true;
        return;
    default:
        put_slot(learning, SLOT_CODE);
    }
}

/* Past what a template holds, when nothing more is marked, {any} stands for the rest. */
static bool rest_is_unmarked(const struct learning *learning, int token)
{
    for (int t = 0; t < learning->count; t++)
        if (learning->last[t] >= token)
            return false;
    return true;
}

static bool write_pattern(struct learning *learning)
{
    const struct frame *frame = &learning->frame;
    bool dated = has_tag(learning, SLOT_DATE), timed = has_tag(learning, SLOT_TIME);

    for (int i = 0; i < frame->count; i++) {
        int t = tag_at(learning, i);

        if (t >= 0 && i > learning->first[t])
            continue;
        if (i > 0 && frame->tokens[i].kind != TOKEN_NEWLINE && !token_glued(frame, i))
            put(learning, " ", 1);
        if (learning->elements >= TEMPLATE_ELEMENTS_MAX - 3 && rest_is_unmarked(learning, i)) {
            put_slot(learning, SLOT_ANY);
            break;
        }
        if (t >= 0)
            put_slot(learning, learning->tags[t].slot);
        else
            put_token(learning, i, &dated, &timed);
    }
    learning->pattern[learning->full ? 0 : learning->len] = '\0';
    return !learning->full ||
           refuse(learning, -1, "too_long", "the text is too long for a template");
}

static bool is_sum(enum template_slot slot)
{
    return slot <= SLOT_LIMIT;
}

/* The template must cut the sample as it was marked, or it will cut other texts as it likes. */
static bool check_match(struct learning *learning, const struct template *template)
{
    struct template_match match;

    if (!template_fits(&learning->frame, template, &match))
        for (int t = 0; t < learning->count; t++) {
            int kind = learning->frame.tokens[learning->first[t]].kind;
            bool one = learning->first[t] == learning->last[t];
            enum template_slot slot = learning->tags[t].slot;

            if ((is_sum(slot) && (!one || (kind != TOKEN_MONEY && kind != TOKEN_NUMBER))) ||
                (slot == SLOT_DATE && (!one || kind != TOKEN_DATE)) ||
                (slot == SLOT_TIME && (!one || kind != TOKEN_TIME)) || slot == SLOT_ACCOUNT ||
                slot == SLOT_REF)
                return refuse(learning, t, "tag_unreadable",
                              "what is marked cannot be read as {%s}", template_slot_name(slot));
        }
    if (!template_fits(&learning->frame, template, &match))
        return refuse(learning, -1, "tag_unreadable",
                      "the pattern does not match the text that it was made from");
    for (int t = 0; t < learning->count; t++) {
        enum template_slot slot = learning->tags[t].slot;

        if (slot < SLOT_CODE &&
            (match.first[slot] != learning->first[t] || match.last[slot] != learning->last[t]))
            return refuse(learning, t, "ambiguous",
                          "the text could also be cut in another way: mark more of what varies");
    }
    return true;
}

bool template_learn(const char *sample, size_t len, const struct template_tag *tags, int count,
                    char pattern[static TEMPLATE_PATTERN_MAX + 1], struct template *out, int *bad,
                    struct template_fault *fault)
{
    struct learning learning = {
        .tags = tags, .count = count, .pattern = pattern, .bad = bad, .fault = fault};
    struct reader_input in = {.body = sample, .body_len = len};

    *bad = -1;
    if (len > TEMPLATE_SAMPLE_MAX || count > TEMPLATE_TAGS_MAX)
        return refuse(&learning, -1, "too_long", "the text is too long for a template");
    frame_read(&learning.frame, &in);
    return place_tags(&learning) && write_pattern(&learning) &&
           template_compile(pattern, learning.len, out, fault) && check_match(&learning, out);
}
