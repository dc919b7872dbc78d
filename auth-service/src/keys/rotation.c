#include "keys/rotation.h"

#include <string.h>

const char *const key_state_names[] = {"next", "signing", "verifying", "retired", NULL};

static const struct rotation_key *in_state(const struct rotation_key keys[], size_t count,
                                           enum key_state state)
{
    for (size_t i = 0; i < count; i++)
        if (keys[i].state == state)
            return &keys[i];
    return NULL;
}

/* The next key is made a lead before the signing one has served its time. */
static bool is_new_key_due(const struct rotation_rules *rules, const struct rotation_key *signing,
                           int64_t now_us)
{
    if (strcmp(signing->alg, rules->alg) != 0)
        return true;
    return rules->rotate_us > 0 && now_us - signing->since_us >= rules->rotate_us - rules->lead_us;
}

static struct rotation_move step(enum rotation_step step, const struct rotation_key *key,
                                 const struct rotation_key keys[])
{
    return (struct rotation_move){.step = step, .key = key != NULL ? (size_t)(key - keys) : 0};
}

struct rotation_move rotation_due(const struct rotation_rules *rules,
                                  const struct rotation_key keys[], size_t count, int64_t now_us)
{
    const struct rotation_key *signing = in_state(keys, count, KEY_SIGNING);
    const struct rotation_key *next = in_state(keys, count, KEY_NEXT);
    for (size_t i = 0; i < count; i++)
        if (keys[i].state == KEY_VERIFYING && now_us - keys[i].since_us >= rules->verify_us)
            return step(ROTATION_RETIRES, &keys[i], keys);
    if (!rules->makes_keys)
        return step(ROTATION_RESTS, NULL, keys);
    /* One that an operator published from a file waits for an instance that has the file. */
    bool can_follow = next != NULL && next->has_private;
    if (signing == NULL || !signing->has_private)
        return step(can_follow ? ROTATION_SIGNS : ROTATION_MAKES, next, keys);
    if (can_follow && now_us - next->since_us >= rules->lead_us)
        return step(ROTATION_SIGNS, next, keys);
    if (next == NULL && is_new_key_due(rules, signing, now_us))
        return step(ROTATION_MAKES, NULL, keys);
    return step(ROTATION_RESTS, NULL, keys);
}
