/* Whether two templates can match one text, decided on the patterns alone: their positions are
 * walked together, each pair of positions once. */
#include <string.h>

#include "template_match.h"

#define POSITIONS (TEMPLATE_ELEMENTS_MAX + 1)

struct walk {
    const struct template *a, *b;
    uint64_t seen[POSITIONS]; /* bit j of seen[i]: the pair was reached */
    uint8_t todo[POSITIONS * POSITIONS][2];
    int count;
};

static void reach(struct walk *walk, int i, int j)
{
    if (walk->seen[i] & UINT64_C(1) << j)
        return;
    walk->seen[i] |= UINT64_C(1) << j;
    walk->todo[walk->count][0] = (uint8_t)i;
    walk->todo[walk->count++][1] = (uint8_t)j;
}

static bool is_sum(int slot)
{
    return slot <= SLOT_LIMIT;
}

/* The word is one of letters, and nothing but a name or {any} holds such. */
static bool slot_holds_word(int slot, const struct template *template, int element)
{
    const char *word = template->words + template->elements[element].at;
    bool letters = (unsigned char)word[0] >= 'a';

    if (slot == SLOT_ANY || slot == SLOT_MERCHANT || slot == SLOT_REF)
        return true;
    return !letters && slot != SLOT_DATE && slot != SLOT_TIME;
}

static bool same_word(const struct walk *walk, int i, int j)
{
    const struct template_element *a = &walk->a->elements[i], *b = &walk->b->elements[j];

    return a->len == b->len && memcmp(walk->a->words + a->at, walk->b->words + b->at, a->len) == 0;
}

/* A token exists that both elements take. */
static bool share_token(const struct walk *walk, int i, int j)
{
    int a = walk->a->elements[i].slot, b = walk->b->elements[j].slot;

    if (a == TEMPLATE_WORD && b == TEMPLATE_WORD)
        return same_word(walk, i, j);
    if (a == TEMPLATE_WORD)
        return slot_holds_word(b, walk->a, i);
    if (b == TEMPLATE_WORD)
        return slot_holds_word(a, walk->b, j);
    if (a == SLOT_ANY || b == SLOT_ANY || a == b || (is_sum(a) && is_sum(b)))
        return true;
    if (a == SLOT_CODE || b == SLOT_CODE)
        return true;
    /* Dates and times are tokens of their own; the rest meet in a number. */
    return a != SLOT_DATE && a != SLOT_TIME && b != SLOT_DATE && b != SLOT_TIME;
}

static bool stays(const struct template *template, int i)
{
    int slot = template->elements[i].slot;

    return slot == SLOT_ANY || slot == SLOT_MERCHANT || slot == SLOT_REF;
}

/* What may be passed over without a token. */
static void pass(struct walk *walk, int i, int j)
{
    if (i < walk->a->count && walk->a->elements[i].slot == SLOT_ANY)
        reach(walk, i + 1, j);
    if (j < walk->b->count && walk->b->elements[j].slot == SLOT_ANY)
        reach(walk, i, j + 1);
    for (int g = 0; g < walk->a->group_count; g++)
        if (walk->a->groups[g].begin == i)
            reach(walk, walk->a->groups[g].end, j);
    for (int g = 0; g < walk->b->group_count; g++)
        if (walk->b->groups[g].begin == j)
            reach(walk, i, walk->b->groups[g].end);
}

bool template_overlap(const struct template *a, const struct template *b)
{
    struct walk walk = {.a = a, .b = b};

    reach(&walk, 0, 0);
    while (walk.count > 0) {
        int i = walk.todo[--walk.count][0], j = walk.todo[walk.count][1];

        if (i == a->count && j == b->count)
            return true;
        pass(&walk, i, j);
        if (i == a->count || j == b->count || !share_token(&walk, i, j))
            continue;
        reach(&walk, i + 1, j + 1);
        if (stays(a, i))
            reach(&walk, i, j + 1);
        if (stays(b, j))
            reach(&walk, i + 1, j);
    }
    return false;
}

bool template_means_same(const struct template *a, const struct template *b)
{
    const struct template_meaning *x = &a->means, *y = &b->means;

    return x->class == y->class &&
           (x->direction == y->direction || x->direction == READING_NO_DIRECTION ||
            y->direction == READING_NO_DIRECTION);
}

static int open_slots(const struct template *template)
{
    return __builtin_popcountll(template->of_slot[SLOT_ANY] | template->of_slot[SLOT_MERCHANT] |
                                template->of_slot[SLOT_REF]);
}

bool template_before(const struct template *a, const struct template *b)
{
    if (a->word_count != b->word_count)
        return a->word_count > b->word_count;
    return open_slots(a) < open_slots(b);
}
