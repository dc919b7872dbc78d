/* Patterns into templates. Words are cut by the lexer that cuts the texts, so that both agree. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "template_match.h"

static const char *const slot_names[TEMPLATE_SLOTS] = {"amount",  "fee",      "balance", "limit",
                                                       "account", "merchant", "ref",     "date",
                                                       "time",    "code",     "any"};

const char *template_slot_name(enum template_slot slot)
{
    return slot_names[slot];
}

enum template_slot template_slot_of(const char *name, size_t len)
{
    for (int slot = 0; slot < TEMPLATE_SLOTS; slot++)
        if (strlen(slot_names[slot]) == len && memcmp(slot_names[slot], name, len) == 0)
            return (enum template_slot)slot;
    return TEMPLATE_SLOTS;
}

static bool fault_set(struct template_fault *fault, const char *code, const char *fmt, ...)
    printf_like(3, 4);

static bool fault_set(struct template_fault *fault, const char *code, const char *fmt, ...)
{
    va_list args;

    fault->code = code;
    va_start(args, fmt);
    vsnprintf(fault->detail, sizeof(fault->detail), fmt, args);
    va_end(args);
    return false;
}

static bool is_open(uint8_t slot)
{
    return slot == SLOT_MERCHANT || slot == SLOT_ANY || slot == SLOT_REF;
}

/* It ends only where what follows begins; a reference ends at the next blank. */
static bool is_loose(uint8_t slot)
{
    return slot == SLOT_MERCHANT || slot == SLOT_ANY;
}

/* What is being compiled. mark: the one-byte mark that stands since the last element, or NULL. */
struct making {
    struct template *out;
    struct template_fault *fault;
    size_t words_len;
    struct frame frame;
    const char *mark;
    int group; /* element that an open group begins with, -1 */
};

static bool add(struct making *making, uint8_t slot, const char *word, size_t len)
{
    struct template *out = making->out;

    if (out->count == TEMPLATE_ELEMENTS_MAX || making->words_len + len > TEMPLATE_WORDS_SIZE ||
        len > UINT8_MAX)
        return fault_set(making->fault, "too_long",
                         "has more than %d words and slots; let {any} stand for the end",
                         TEMPLATE_ELEMENTS_MAX);
    struct template_element *element = &out->elements[out->count++];

    element->slot = slot;
    element->len = (uint8_t)len;
    element->at = (uint16_t)making->words_len;
    if (len > 0)
        memcpy(out->words + making->words_len, word, len);
    making->words_len += len;
    return true;
}

/* Words between two slots. A mark is kept for the case that slots stand on both sides of it. */
static bool add_words(struct making *making, const char *pattern, size_t len)
{
    struct frame *frame = &making->frame;
    struct reader_input in = {.body = pattern, .body_len = len};

    frame->in = &in;
    text_fold(&frame->text, pattern, len);
    lexer_scan(frame);
    for (int i = 0; i < frame->count; i++) {
        const struct token *token = &frame->tokens[i];
        const char *word = frame->text.fold + token->start;
        size_t word_len = (size_t)(token->end - token->start);

        if (template_is_mark(frame, i)) {
            /* The pattern outlives the folded text. */
            if (word_len == 1)
                making->mark = pattern + frame->text.at[token->start];
            continue;
        }
        making->mark = NULL;
        if (!add(making, TEMPLATE_WORD, word, word_len))
            return false;
    }
    return true;
}

static bool add_slot(struct making *making, const char *name, size_t len)
{
    struct template *out = making->out;
    enum template_slot slot = template_slot_of(name, len);
    int before = out->count > 0 ? out->elements[out->count - 1].slot : TEMPLATE_WORD;

    if (slot == TEMPLATE_SLOTS)
        return fault_set(making->fault, "unknown_slot", "{%.*s} is no slot",
                         len < 40 ? (int)len : 40, name);
    for (int i = 0; i < out->count; i++)
        if (slot < SLOT_CODE && out->elements[i].slot == slot)
            return fault_set(making->fault, "repeated_slot", "{%s} stands twice", slot_names[slot]);
    if (before != TEMPLATE_WORD && (is_open((uint8_t)before) || is_open((uint8_t)slot))) {
        if (making->mark != NULL && !add(making, TEMPLATE_WORD, making->mark, 1))
            return false;
        if (making->mark == NULL && is_loose((uint8_t)before) && is_loose((uint8_t)slot))
            return fault_set(making->fault, "ambiguous",
                             "{%s} and {%s} have nothing between them that tells where one ends",
                             slot_names[before], slot_names[slot]);
    }
    making->mark = NULL;
    return add(making, (uint8_t)slot, NULL, 0);
}

static bool group_edge(struct making *making, char edge)
{
    struct template *out = making->out;

    if ((edge == '[') == (making->group >= 0))
        return fault_set(making->fault, "pattern_syntax",
                         "[ and ] must come in pairs and not one inside another");
    if (edge == '[') {
        making->group = out->count;
        return true;
    }
    if (out->group_count == TEMPLATE_GROUPS_MAX)
        return fault_set(making->fault, "too_costly", "has more than %d optional parts",
                         TEMPLATE_GROUPS_MAX);
    if (making->group == out->count)
        return fault_set(making->fault, "pattern_syntax", "[] holds no word and no slot");
    out->groups[out->group_count].begin = (uint8_t)making->group;
    out->groups[out->group_count++].end = out->count;
    making->group = -1;
    return true;
}

static bool scan(struct making *making, const char *pattern, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t end = i;

        if (pattern[i] == '[' || pattern[i] == ']') {
            if (!group_edge(making, pattern[i]))
                return false;
            i++;
        } else if (pattern[i] == '{') {
            while (end < len && pattern[end] != '}')
                end++;
            if (end == len)
                return fault_set(making->fault, "pattern_syntax", "{ without }");
            if (!add_slot(making, pattern + i + 1, end - i - 1))
                return false;
            i = end + 1;
        } else {
            while (end < len && strchr("[]{", pattern[end]) == NULL)
                end++;
            if (!add_words(making, pattern + i, end - i))
                return false;
            i = end;
        }
    }
    return making->group < 0 || fault_set(making->fault, "pattern_syntax", "[ without ]");
}

static bool in_group(const struct template *template, int i)
{
    for (int g = 0; g < template->group_count; g++)
        if (i >= template->groups[g].begin && i < template->groups[g].end)
            return true;
    return false;
}

/* A word of letters that stands in every text that matches. */
static bool is_fixed_word(const struct template *template, int i)
{
    const struct template_element *element = &template->elements[i];
    const char *word = template->words + element->at;

    if (i >= template->count || element->slot != TEMPLATE_WORD || in_group(template, i) ||
        (unsigned char)word[0] < 'a')
        return false;
    for (int k = 0; k < element->len; k++)
        if (word[k] >= '0' && word[k] <= '9')
            return false;
    return true;
}

/* Always one token, and no word. */
static bool is_fixed_gap(const struct template *template, int i)
{
    int slot = template->elements[i].slot;

    return (slot <= SLOT_LIMIT || slot == SLOT_DATE || slot == SLOT_TIME || slot == SLOT_CODE) &&
           !in_group(template, i);
}

static uint32_t hash_of(const struct template *template, int i)
{
    return template_word_hash(template->words + template->elements[i].at,
                              template->elements[i].len);
}

/* Of two neighbouring words, a number or two between them at most, those with the most letters, as
 * the rarest in other texts. */
static bool find_key(struct template *out)
{
    int best = 0;

    for (int i = 0; i < out->count; i++) {
        int next = i + 1;

        while (is_fixed_word(out, i) && next < out->count && next - i <= TEMPLATE_KEY_GAP &&
               is_fixed_gap(out, next))
            next++;
        if (!is_fixed_word(out, i) || !is_fixed_word(out, next))
            continue;
        int letters = out->elements[i].len + out->elements[next].len - 2 * (next - i - 1);

        if (best > 0 && letters <= best)
            continue;
        best = letters > 0 ? letters : 1;
        out->key = template_pair_key(hash_of(out, i), hash_of(out, next), next - i - 1);
    }
    return best > 0;
}

/* An optional part is left out when what stands around it would then run together. */
static bool check_groups(const struct template *out, struct template_fault *fault)
{
    for (int g = 0; g < out->group_count; g++) {
        int before = out->groups[g].begin - 1, after = out->groups[g].end;

        while (g + 1 < out->group_count && out->groups[g + 1].begin == after)
            after = out->groups[++g].end;
        if (before >= 0 && after < out->count && is_loose(out->elements[before].slot) &&
            is_loose(out->elements[after].slot))
            return fault_set(
                fault, "ambiguous", "without its optional part {%s} would run into {%s}",
                slot_names[out->elements[before].slot], slot_names[out->elements[after].slot]);
    }
    return true;
}

bool template_compile(const char *pattern, size_t len, struct template *out,
                      struct template_fault *fault)
{
    struct making making = {.out = out, .fault = fault, .group = -1};
    int open = 0;

    memset(out, 0, sizeof(*out));
    if (len > TEMPLATE_PATTERN_MAX)
        return fault_set(fault, "too_long", "is longer than %d bytes", TEMPLATE_PATTERN_MAX);
    if (!scan(&making, pattern, len) || !check_groups(out, fault))
        return false;
    for (int i = 0; i < out->count; i++) {
        out->of_slot[out->elements[i].slot] |= UINT64_C(1) << i;
        out->word_count += is_fixed_word(out, i);
        open += is_open(out->elements[i].slot);
    }
    if (open > TEMPLATE_OPEN_MAX)
        return fault_set(fault, "too_costly", "has more than %d slots of no fixed length",
                         TEMPLATE_OPEN_MAX);
    if (out->word_count < TEMPLATE_WORDS_MIN || !find_key(out))
        return fault_set(
            fault, "too_general",
            "needs %d words outside of optional parts, two of them side by side or with "
            "a sum between them: it would match nearly everything",
            TEMPLATE_WORDS_MIN);
    return true;
}

bool template_meaning_check(const struct template *template, struct template_fault *fault)
{
    uint64_t amount = template->of_slot[SLOT_AMOUNT];

    if (template->means.class == READING_TRANSACTION &&
        (amount == 0 || in_group(template, __builtin_ctzll(amount))))
        return fault_set(fault, "no_amount", "a payment's text must tell its {amount}");
    return true;
}

void template_index(const struct template *rows, size_t count, uint16_t *slots, uint32_t mask)
{
    memset(slots, 0, ((size_t)mask + 1) * sizeof(slots[0]));
    for (size_t i = 0; i < count; i++) {
        uint32_t at = rows[i].key & mask;

        while (slots[at] != 0)
            at = (at + 1) & mask;
        slots[at] = (uint16_t)(i + 1);
    }
}
