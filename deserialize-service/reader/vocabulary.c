#include "vocabulary.h"

#include <string.h>

#include "base/mem.h"

/* Tables of a script, the most used first; where both know a phrase the first has its say. */
static const struct phrase_table *table_of(enum script script, int n)
{
    switch (script) {
    case SCRIPT_LATIN:
        return n == 0 ? &vocabulary_latin : n == 1 ? &vocabulary_world : NULL;
    case SCRIPT_ARABIC:
        return n == 0 ? &vocabulary_arabic : NULL;
    case SCRIPT_CYRILLIC:
        return n == 0 ? &vocabulary_cyrillic : NULL;
    case SCRIPT_THAI:
    case SCRIPT_NONE:
    case SCRIPT_OTHER:
        break;
    }
    return NULL;
}

/* Order of a row's first word against a token: byte by byte, the shorter first. */
static int compare(const char *row, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (row[i] == ' ' || row[i] == '\0')
            return -1;
        if (row[i] != word[i])
            return (unsigned char)row[i] < (unsigned char)word[i] ? -1 : 1;
    }
    return row[len] == ' ' || row[len] == '\0' ? 0 : 1;
}

static size_t lower_bound(const struct phrase_table *table, const char *word, size_t len)
{
    size_t low = 0, high = table->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(table->rows[middle].text, word, len) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* How many tokens from i on the phrase covers, 0 when it does not match. Its first word is known to
 * be token i. */
static int match(const struct frame *frame, int i, const char *phrase)
{
    int k = i;

    phrase += frame->tokens[i].end - frame->tokens[i].start;
    for (;;) {
        k++;
        if (phrase[0] == '\0')
            return k - i;
        phrase++;
        if (phrase[0] != '.' && phrase[0] != '-' && phrase[0] != '/' &&
            (token_punct(frame, k) == '.' || token_punct(frame, k) == '-'))
            k++;
        const struct token *token = token_at(frame, k);
        const char *word = frame->text.fold + token->start;
        int len = token->end - token->start, n = 0;

        while (n < len && phrase[n] == word[n] && phrase[n] != ' ')
            n++;
        if (n < len || len == 0 || (phrase[n] != ' ' && phrase[n] != '\0'))
            return 0;
        phrase += n;
    }
}

static void set_role(struct token *token, const struct phrase *row)
{
    bool verb = row->role == ROLE_DEBIT || row->role == ROLE_CREDIT || row->role == ROLE_TRANSFER;

    token->role = row->role;
    token->arg = verb ? row->arg & VERB_STRENGTH : row->arg;
    token->event = verb ? row->arg >> VERB_KIND_SHIFT : READING_PAYMENT;
}

static void mark_phrase(struct frame *frame, int i, const struct phrase *row, int span)
{
    set_role(&frame->tokens[i], row);
    frame->tokens[i].span = (uint8_t)span;
    for (int k = i + 1; k < i + span; k++)
        frame->tokens[k].inside = true;
}

static int mark_at(struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];
    const struct phrase_table *table;
    const char *word = frame->text.fold + token->start;
    size_t len = (size_t)(token->end - token->start);
    const struct phrase *best = NULL;
    int best_span = 0;

    if (token->kind != TOKEN_WORD)
        return 1;
    for (int n = 0; (table = table_of((enum script)token->script, n)) != NULL; n++)
        for (size_t r = lower_bound(table, word, len);
             r < table->count && compare(table->rows[r].text, word, len) == 0; r++) {
            int span = match(frame, i, table->rows[r].text);

            if (span > best_span) {
                best = &table->rows[r];
                best_span = span;
            }
        }
    if (best == NULL)
        return 1;
    mark_phrase(frame, i, best, best_span);
    return best_span;
}

/* The longest Thai row that begins at s. */
static const struct phrase *thai_at(const char *s, size_t len)
{
    const struct phrase *best = NULL;
    size_t best_len = 0;

    for (size_t r = 0; r < vocabulary_thai.count; r++) {
        size_t row_len = strlen(vocabulary_thai.rows[r].text);

        if (row_len > best_len && row_len <= len &&
            memcmp(vocabulary_thai.rows[r].text, s, row_len) == 0) {
            best = &vocabulary_thai.rows[r];
            best_len = row_len;
        }
    }
    return best;
}

/* The strongest word inside a run of Thai gives its role to the whole run. Verbs come first in a
 * run and what they govern after, so the first known word decides. */
static void mark_thai(struct frame *frame, int i)
{
    struct token *token = &frame->tokens[i];

    for (size_t k = token->start; k < token->end; k += 3) {
        const struct phrase *row = thai_at(frame->text.fold + k, token->end - k);

        if (row != NULL) {
            set_role(token, row);
            return;
        }
    }
}

void vocabulary_mark(struct frame *frame)
{
    for (int i = 0; i < frame->count;) {
        if (frame->tokens[i].kind == TOKEN_WORD && frame->tokens[i].script == SCRIPT_THAI)
            mark_thai(frame, i++);
        else
            i += mark_at(frame, i);
    }
}
