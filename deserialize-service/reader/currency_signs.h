/* currency_signs - which currency a sign, a name or an ISO code stands for. Threads: any. */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* The index of an ISO code is its place in currency_at() plus this; of a sign, its place among the
 * signs. */
#define CURRENCY_ISO 1000

/* codes: the first is assumed when nothing settles the matter, unless it is "-".
 * Signs of one letter count only when they touch the number. */
struct currency_sign {
    const char *text;
    const char *codes;
};

/* Of a folded word; -1: none. */
int16_t currency_sign_index(const char *text, size_t len);
/* NULL when the index is of no sign. */
const struct currency_sign *currency_sign_at(int16_t index);
