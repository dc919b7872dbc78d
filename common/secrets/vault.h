/* vault - the key that encrypts secrets of this service in its database (AES-256-GCM, seal.h), from
 * the environment or a file. While it is being changed, the previous one still opens.
 * Threads: any after vault_open. */
#pragma once
#include <stdbool.h>

#include "base/err.h"
#include "secrets/seal.h"

enum { VAULT_KEY_ID_SIZE = 8 };

struct vault {
    const char *name; /* of the setting, for messages */
    bool has_key, has_previous;
    unsigned char key[SEAL_KEY_SIZE], previous[SEAL_KEY_SIZE];
};
struct vault_conf {
    const char *name; /* AUTH_KEY_ENCRYPTION_KEY, say: a constant; _FILE and _PREVIOUS follow it */
    const char *key, *previous; /* base64, or empty */
    const char *file;           /* with the base64 in it, or empty */
};
must_check bool vault_open(const struct vault_conf *conf, struct vault *vault, struct err *err);
void vault_close(struct vault *vault); /* wipes */

/* Opens what was sealed; *with_previous tells that it should be sealed anew. bound_to, *out: see
 * seal.h. */
must_check bool vault_unseal(const struct vault *vault, const char *bound_to,
                             const unsigned char *sealed, size_t len, char **out,
                             bool *with_previous, struct err *err);

/* Tells keys apart without telling anything of them; label says what they seal. */
void vault_key_id(const struct vault *vault, const char *label,
                  unsigned char out[static VAULT_KEY_ID_SIZE]);
/* The same of the previous key, which must be there. */
void vault_previous_id(const struct vault *vault, const char *label,
                       unsigned char out[static VAULT_KEY_ID_SIZE]);
