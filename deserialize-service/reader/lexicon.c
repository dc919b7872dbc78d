#include "lexicon.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/money.h"
#include "currency.h"
#include "currency_signs.h"

#define SLOTS 32768 /* more than four times the words, so that most are found at once */
#define ENTRIES_MAX 6144
#define ROWS_MAX 12288 /* of all tables */
#define CODES_MAX 256  /* of currencies */

static struct lexicon_entry entries[ENTRIES_MAX] = {{.sign = -1, .iso = -1}};
static uint16_t slots[SLOTS]; /* index into entries, 0: free */
static size_t count = 1;
static uint64_t seconds[ROWS_MAX];

const struct lexicon_entry *const lexicon_entries = entries;
const struct phrase_table *const lexicon_tables[LEXICON_TABLES] = {
    [LEXICON_LATIN] = &vocabulary_latin,   [LEXICON_WORLD] = &vocabulary_world,
    [LEXICON_ARABIC] = &vocabulary_arabic, [LEXICON_CYRILLIC] = &vocabulary_cyrillic,
    [LEXICON_EAST] = &vocabulary_east,     [LEXICON_SCRIPTS] = &vocabulary_scripts,
};

const uint64_t *lexicon_second[LEXICON_TABLES];

static size_t slot_of(uint64_t head, size_t len)
{
    return (size_t)(((head ^ (uint64_t)len << 59) * UINT64_C(0x9E3779B97F4A7C15)) >> 49) % SLOTS;
}

/* The slot of the word, or the free one for it. */
static inline size_t find_slot(uint64_t head, const char *word, size_t len)
{
    size_t slot = slot_of(head, len);

    for (;; slot = (slot + 1) % SLOTS) {
        const struct lexicon_entry *entry = &entries[slots[slot]];

        if (slots[slot] == 0 || (entry->head == head && entry->len == len &&
                                 (len <= sizeof(head) || memcmp(entry->word, word, len) == 0)))
            return slot;
    }
}

uint16_t lexicon_find(uint64_t head, const char *word, size_t len)
{
    return slots[find_slot(head, word, len)];
}

static struct lexicon_entry *add(const char *word, size_t len)
{
    uint64_t head = word_head(word, len);
    size_t slot = find_slot(head, word, len);

    if (slots[slot] == 0) {
        if (count == ENTRIES_MAX) /* our own tables grew: make room above */
            abort();
        slots[slot] = (uint16_t)count;
        entries[count++] = (struct lexicon_entry){
            .head = head, .word = word, .len = (uint16_t)len, .sign = -1, .iso = -1};
    }
    return &entries[slots[slot]];
}

static void add_months(void)
{
    static const struct {
        const char *word;
        uint8_t month;
    } months[] = {
        {"jan", 1},       {"feb", 2},      {"mar", 3},       {"apr", 4},       {"may", 5},
        {"jun", 6},       {"jul", 7},      {"aug", 8},       {"sep", 9},       {"oct", 10},
        {"nov", 11},      {"dec", 12},     {"mai", 5},       {"okt", 10},      {"dez", 12},
        {"ene", 1},       {"abr", 4},      {"ago", 8},       {"dic", 12},      {"fev", 2},
        {"set", 9},       {"out", 10},     {"january", 1},   {"march", 3},     {"february", 2},
        {"april", 4},     {"june", 6},     {"july", 7},      {"sept", 9},      {"august", 8},
        {"september", 9}, {"october", 10}, {"november", 11}, {"december", 12},
    };

    for (size_t i = 0; i < LENGTH(months); i++) {
        struct lexicon_entry *entry = add(months[i].word, strlen(months[i].word));

        entry->month = months[i].month;
        entry->lists |= LIST_MONTH;
    }
}

/* The letters that a sign begins with, as the lexer cuts them. */
static size_t letters_of_sign(const char *text)
{
    size_t len = 0;

    while (text[len] != '\0') {
        uint32_t cp;
        size_t used = text_decode(text + len, strlen(text + len), &cp);

        if (text_script(cp) == SCRIPT_NONE)
            break;
        len += used;
    }
    return len;
}

static struct lexicon_entry *add_currency(const char *word, size_t len)
{
    struct lexicon_entry *entry = add(word, len);

    entry->lists |= LIST_CURRENCY;
    return entry;
}

static void add_currencies(void)
{
    static char folded[CODES_MAX][4];
    const struct currency_sign *sign;
    const char *code;

    for (int16_t i = 0; (sign = currency_sign_at(i)) != NULL; i++) {
        size_t letters = letters_of_sign(sign->text);

        if (letters > 0 && sign->text[letters] != '\0')
            add(sign->text, letters)->lists |= LIST_SIGN_BEGIN;
        else if (letters > 0)
            add_currency(sign->text, letters)->sign = i;
    }
    for (size_t n = 0; (code = currency_network_at(n)) != NULL; n++)
        add(code, strlen(code))->lists |= LIST_NETWORK;
    for (size_t n = 0; (code = currency_at(n)) != NULL; n++) {
        if (n == CODES_MAX) /* the list grew: make room above */
            abort();
        for (size_t k = 0; k < 3; k++)
            folded[n][k] = (char)(code[k] - 'A' + 'a');
        add_currency(folded[n], 3)->iso = (int16_t)(CURRENCY_ISO + n);
    }
}

/* Before main(), and so before any thread: the tables never change. */
__attribute__((constructor)) static void index_words(void)
{
    for (size_t n = 0, place = 0; n < LEXICON_TABLES; n++) {
        if (place + lexicon_tables[n]->count > ROWS_MAX) /* our own tables grew */
            abort();
        lexicon_second[n] = seconds + place;
        for (size_t row = 0; row < lexicon_tables[n]->count; row++) {
            const char *text = lexicon_tables[n]->rows[row].text;
            size_t first = strcspn(text, " ");
            const char *second = text + first + (text[first] == ' ');
            struct lexicon_entry *entry = add(text, first);

            seconds[place++] = word_head(second, strcspn(second, " "));
            if (entry->rows[n].count++ == 0)
                entry->rows[n].first = (uint16_t)row;
        }
    }
    for (size_t n = 0; n < word_group_count; n++)
        for (size_t i = 0; i < word_groups[n].count; i++) {
            const char *word = word_groups[n].words[i];

            add(word, strlen(word))->lists |= (uint32_t)word_groups[n].list;
        }
    add_months();
    add_currencies();
}
