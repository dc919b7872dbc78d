/* rotation - when a signing key is made, begins to sign and is retired. No I/O.
 * A new key is published as next, signs once everybody had time to learn of it (lead), verifies on
 * when another one signs, and is retired when the last token that it signed has expired (verify).
 * So no token is ever signed with a key that a service or a cache may not know yet. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_state { KEY_NEXT, KEY_SIGNING, KEY_VERIFYING, KEY_RETIRED };
extern const char *const key_state_names[]; /* as stored; NULL-terminated */

struct rotation_rules {
    const char *alg;   /* that a key should have */
    int64_t rotate_us; /* a key signs for so long; 0: until an operator rotates */
    int64_t lead_us;   /* from published to signing */
    int64_t verify_us; /* from the last signature to retired */
    bool makes_keys;   /* false: keys are an operator's files, and only retiring is left */
};

/* What is known of a key, retired ones left out. */
struct rotation_key {
    enum key_state state;
    const char *alg;
    int64_t since_us; /* that it is in that state */
    bool has_private; /* in the database */
};

enum rotation_step {
    ROTATION_RESTS,
    ROTATION_MAKES,   /* a key, as next */
    ROTATION_SIGNS,   /* keys[key] from now on; the one before verifies */
    ROTATION_RETIRES, /* keys[key] */
};
struct rotation_move {
    enum rotation_step step;
    size_t key;
};
/* The next step that is due; to be asked again after it was done. */
struct rotation_move rotation_due(const struct rotation_rules *rules,
                                  const struct rotation_key keys[], size_t count, int64_t now_us);
