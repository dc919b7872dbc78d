#include "vocabulary.h"

#include <string.h>

#include "base/mem.h"

/* Where the rows with the same first word begin, by a hash of that word. */
struct bucket {
    uint16_t first, count; /* count 0: free */
};

#define BUCKETS 4096 /* more than twice the first words of the largest table */

static struct {
    const struct phrase_table *table;
    struct bucket buckets[BUCKETS];
} indexes[] = {
    {.table = &vocabulary_latin},
    {.table = &vocabulary_world},
    {.table = &vocabulary_arabic},
    {.table = &vocabulary_cyrillic},
};

static uint32_t hash(const char *word, size_t len)
{
    uint32_t value = 2166136261U;

    for (size_t i = 0; i < len; i++)
        value = (value ^ (unsigned char)word[i]) * 16777619U;
    return value ^ value >> 15;
}

static bool begins_with(const char *row, const char *word, size_t len)
{
    return memcmp(row, word, len) == 0 && (row[len] == ' ' || row[len] == '\0');
}

/* The rows whose first word this is, or the free place for them. */
static struct bucket *bucket_of(size_t index, const char *word, size_t len)
{
    const struct phrase *rows = indexes[index].table->rows;
    uint32_t place = hash(word, len) % BUCKETS;

    for (;;) {
        struct bucket *bucket = &indexes[index].buckets[place];

        if (bucket->count == 0 || (strncmp(rows[bucket->first].text, word, len) == 0 &&
                                   begins_with(rows[bucket->first].text, word, len)))
            return bucket;
        place = (place + 1) % BUCKETS;
    }
}

/* Before main(), and so before any thread: the tables never change. */
__attribute__((constructor)) static void index_tables(void)
{
    for (size_t n = 0; n < LENGTH(indexes); n++)
        for (size_t row = 0; row < indexes[n].table->count; row++) {
            const char *text = indexes[n].table->rows[row].text;
            struct bucket *bucket = bucket_of(n, text, strcspn(text, " "));

            if (bucket->count++ == 0)
                bucket->first = (uint16_t)row;
        }
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
    const char *word = frame->text.fold + token->start;
    size_t len = (size_t)(token->end - token->start);
    const struct phrase *best = NULL;
    int best_span = 0;

    if (token->kind != TOKEN_WORD)
        return 1;
    /* Latin letters have two tables, the most used first: where both know a phrase it has its say.
     */
    size_t index = token->script == SCRIPT_LATIN      ? 0
                   : token->script == SCRIPT_ARABIC   ? 2
                   : token->script == SCRIPT_CYRILLIC ? 3
                                                      : LENGTH(indexes);
    size_t last = index == 0 ? 1 : index;

    for (; index <= last && index < LENGTH(indexes); index++) {
        const struct bucket *bucket = bucket_of(index, word, len);
        const struct phrase *row = &indexes[index].table->rows[bucket->first];

        for (int r = 0; r < bucket->count; r++) {
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
