#include "template_match.h"

#include <string.h>

#define BIT(i) (UINT64_C(1) << (i))

/* Of the first eight bytes and the length: words that share those share a key, and the comparison
 * that follows tells them apart. */
uint32_t template_word_hash(const char *word, size_t len)
{
    uint64_t bytes = 0;

    memcpy(&bytes, word, len < sizeof(bytes) ? len : sizeof(bytes));
    bytes = (bytes ^ len) * UINT64_C(0x9E3779B97F4A7C15);
    return (uint32_t)(bytes >> 32);
}

uint32_t template_pair_key(uint32_t first, uint32_t second, int gap)
{
    return (uint32_t)gap ^ (first * UINT32_C(0x85EBCA6B)) ^ (second + UINT32_C(0x7F4A7C15)) ^
           (first >> 15);
}

/* Slots that a token may stand in, as a set of enum template_slot. */
static unsigned slots_of(const struct frame *frame, int i)
{
    const unsigned sums =
        1U << SLOT_AMOUNT | 1U << SLOT_FEE | 1U << SLOT_BALANCE | 1U << SLOT_LIMIT;
    const unsigned any = 1U << SLOT_ANY, name = 1U << SLOT_MERCHANT, code = 1U << SLOT_CODE;

    switch (frame->tokens[i].kind) {
    case TOKEN_MONEY:
        return any | sums | code;
    case TOKEN_NUMBER:
        return any | sums | code | name | 1U << SLOT_ACCOUNT | 1U << SLOT_REF;
    case TOKEN_CODE:
        return any | code | name | 1U << SLOT_ACCOUNT | 1U << SLOT_REF;
    case TOKEN_MASK:
        return any | code | name | 1U << SLOT_ACCOUNT | 1U << SLOT_REF;
    case TOKEN_DATE:
        return any | code | 1U << SLOT_DATE;
    case TOKEN_TIME:
        return any | code | 1U << SLOT_TIME;
    case TOKEN_ADDRESS:
        return any | code | name;
    case TOKEN_LINK:
        return any | code;
    case TOKEN_WORD:
        return any | name | 1U << SLOT_REF;
    case TOKEN_PUNCT:
        return any | name | 1U << SLOT_REF;
    default:
        return any | name;
    }
}

static bool is_word(const struct frame *frame, const struct template *template, int element, int i)
{
    const struct template_element *word = &template->elements[element];
    const struct token *token = &frame->tokens[i];

    return token->end - token->start == word->len &&
           memcmp(frame->text.fold + token->start, template->words + word->at, word->len) == 0;
}

/* Elements, of those asked for, that token i can be. */
static uint64_t can_be(const struct frame *frame, const struct template *template, int i,
                       uint64_t asked)
{
    unsigned slots = slots_of(frame, i);
    uint64_t can = 0, words = asked & template->of_slot[TEMPLATE_WORD];

    for (unsigned left = slots; left != 0; left &= left - 1)
        can |= template->of_slot[__builtin_ctz(left)];
    can &= asked;
    for (; words != 0; words &= words - 1)
        if (is_word(frame, template, __builtin_ctzll(words), i))
            can |= words & -words;
    return can;
}

/* Elements that may go on beyond token i: names and {any} always, a reference where the next token
 * touches it, an account whose hidden part stands apart ("**** 4242"). */
static uint64_t may_stay(const struct frame *frame, const struct template *template, int i)
{
    uint64_t stay = template->of_slot[SLOT_MERCHANT] | template->of_slot[SLOT_ANY];

    if (token_glued(frame, i + 1) &&
        (!template_is_mark(frame, i + 1) ||
         (token_glued(frame, i + 2) && !template_is_mark(frame, i + 2))))
        stay |= template->of_slot[SLOT_REF];
    if (frame->tokens[i].kind == TOKEN_MASK && token_digits(frame, i + 1) > 0)
        stay |= template->of_slot[SLOT_ACCOUNT];
    return stay;
}

/* With the positions from which an optional part, or {any}, is passed over. */
static uint64_t close_over(const struct template *template, uint64_t set)
{
    /* Optional parts do not nest, but {any} may end one, so its pass comes on both sides. */
    set |= set >> 1 & template->of_slot[SLOT_ANY];
    for (int g = template->group_count - 1; g >= 0; g--) {
        if (set & BIT(template->groups[g].end)) {
            set |= BIT(template->groups[g].begin);
            set |= set >> 1 & template->of_slot[SLOT_ANY];
        }
    }
    return set;
}

/* reach[i]: positions in the pattern from which tokens i and on lead to its end. */
static bool walk_back(const struct frame *frame, const struct template *template,
                      uint64_t reach[TOKENS_MAX + 1])
{
    uint64_t next = close_over(template, BIT(template->count));

    reach[frame->count] = next;
    for (int i = frame->count - 1; i >= 0; i--) {
        uint64_t on = next >> 1, stay = next & may_stay(frame, template, i);
        uint64_t set = can_be(frame, template, i, on | stay);

        if (template_is_mark(frame, i))
            set |= next;
        next = close_over(template, set);
        if (next == 0)
            return false;
        reach[i] = next;
    }
    return (next & 1) != 0;
}

/* One step of the way that reach allows: the shortest name, the whole of a reference, an optional
 * part rather than none.
 * Returns the next position; *i moves on when a token is taken, and *took tells the element. */
static int step(const struct frame *frame, const struct template *template, const uint64_t *reach,
                int at, int begun, int *i, bool *took)
{
    uint64_t here = reach[*i], bit = BIT(at);
    int slot = at < template->count ? template->elements[at].slot : TEMPLATE_SLOTS + 1;

    *took = false;
    if (slot == SLOT_ANY && (here & bit << 1) != 0)
        return at + 1;
    if (*i < frame->count) {
        bool mark = template_is_mark(frame, *i), later = (reach[*i + 1] & bit) != 0;

        if (mark && later && (slot == SLOT_MERCHANT || slot == SLOT_REF) && begun != at) {
            ++*i;
            return at;
        }
        if (slot <= TEMPLATE_WORD && can_be(frame, template, *i, bit) != 0) {
            bool on = (reach[*i + 1] & bit << 1) != 0;
            bool stay = later && (may_stay(frame, template, *i) & bit) != 0;

            *took = on || stay;
            if (*took) {
                ++*i;
                return stay && (!on || slot == SLOT_REF || slot == SLOT_ACCOUNT) ? at : at + 1;
            }
        }
        if (mark && later) {
            ++*i;
            return at;
        }
    }
    for (int g = 0; g < template->group_count; g++)
        if (template->groups[g].begin == at && (here & BIT(template->groups[g].end)) != 0)
            return template->groups[g].end;
    return -1;
}

static bool acceptable(const struct frame *frame, const struct template_match *match)
{
    int first = match->first[SLOT_MERCHANT], last = match->last[SLOT_MERCHANT];
    bool digit = match->first[SLOT_REF] < 0;

    if (last - first >= TEMPLATE_NAME_WORDS)
        return false;
    for (int i = first; i >= 0 && i <= last; i++)
        if (frame->tokens[i].kind == TOKEN_NEWLINE)
            return false;
    for (int i = match->first[SLOT_REF]; i >= 0 && i <= match->last[SLOT_REF]; i++)
        for (int k = frame->tokens[i].start; k < frame->tokens[i].end; k++)
            digit |= frame->text.fold[k] >= '0' && frame->text.fold[k] <= '9';
    return digit;
}

bool template_fits(const struct frame *frame, const struct template *template,
                   struct template_match *match)
{
    uint64_t reach[TOKENS_MAX + 1];
    int at = 0, i = 0, begun = -1;

    if (!walk_back(frame, template, reach))
        return false;
    match->template = template;
    memset(match->first, -1, sizeof(match->first));
    memset(match->last, -1, sizeof(match->last));
    while (at < template->count || i < frame->count) {
        int token = i, slot = at < template->count ? template->elements[at].slot : TEMPLATE_WORD;
        bool took;
        int next = step(frame, template, reach, at, begun, &i, &took);

        if (next < 0)
            return false;
        if (took && slot < TEMPLATE_SLOTS) {
            if (begun != at || match->first[slot] < 0)
                match->first[slot] = (int16_t)token;
            match->last[slot] = (int16_t)token;
            begun = at;
        }
        at = next;
    }
    return acceptable(frame, match);
}

static void try_key(const struct frame *frame, const struct template_set *set, uint32_t key,
                    int *tries, struct template_match *best)
{
    for (uint32_t at = key & set->mask; set->slots[at] != 0; at = (at + 1) & set->mask) {
        const struct template *template = &set->rows[set->slots[at] - 1];
        struct template_match match;

        if (template->key != key || (best->template != NULL && template == best->template) ||
            (best->template != NULL && !template_before(template, best->template)))
            continue;
        if (++*tries > TEMPLATE_TRIES)
            return;
        if (template_fits(frame, template, &match))
            *best = match;
    }
}

bool template_find(const struct frame *frame, const struct template_set *set,
                   struct template_match *match)
{
    uint32_t before = 0;
    int tries = 0, gap = 0;

    match->template = NULL;
    if (set == NULL || set->count == 0)
        return false;
    for (int i = 0; i < frame->count && tries < TEMPLATE_TRIES; i++) {
        const struct token *token = &frame->tokens[i];

        if (token->kind != TOKEN_WORD) {
            gap += !template_is_mark(frame, i);
            continue;
        }
        uint32_t hash = template_word_hash(frame->text.fold + token->start,
                                           (size_t)(token->end - token->start));

        if (i > 0 && gap <= TEMPLATE_KEY_GAP)
            try_key(frame, set, template_pair_key(before, hash, gap), &tries, match);
        before = hash;
        gap = 0;
    }
    return match->template != NULL;
}
