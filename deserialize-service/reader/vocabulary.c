#include "vocabulary.h"

#include <string.h>

#include "lexicon.h"

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

static const uint8_t table_of[] = {
    [SCRIPT_NONE] = LEXICON_TABLES,   [SCRIPT_LATIN] = LEXICON_LATIN,
    [SCRIPT_ARABIC] = LEXICON_ARABIC, [SCRIPT_CYRILLIC] = LEXICON_CYRILLIC,
    [SCRIPT_THAI] = LEXICON_TABLES,   [SCRIPT_HAN] = LEXICON_EAST,
    [SCRIPT_HANGUL] = LEXICON_EAST,   [SCRIPT_OTHER] = LEXICON_SCRIPTS,
};

static int mark_at(struct frame *frame, int i)
{
    const struct token *token = &frame->tokens[i];
    const struct lexicon_entry *entry = &lexicon_entries[token->entry];
    const struct phrase *best = NULL;
    int best_span = 0;

    if (token->entry == 0 || token->kind != TOKEN_WORD)
        return 1;
    /* Latin letters have two tables, the most used first: where both know a phrase it has its say.
     */
    size_t index = table_of[token->script];
    /* The second word is the next token, or, after a mark, the one after it. */
    uint64_t next = token_at(frame, i + 1)->head, after_mark = token_at(frame, i + 2)->head;
    size_t last = index == LEXICON_LATIN ? LEXICON_WORLD : index;

    for (; index <= last && index < LEXICON_TABLES; index++) {
        const struct phrase *row = &lexicon_tables[index]->rows[entry->rows[index].first];
        const uint64_t *second = &lexicon_second[index][entry->rows[index].first];

        for (int r = 0; r < entry->rows[index].count; r++) {
            if (second[r] != 0 && second[r] != next && second[r] != after_mark)
                continue;
            int span = match(frame, i, row[r].text);

            if (span > best_span) {
                best = &row[r];
                best_span = span;
            }
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
