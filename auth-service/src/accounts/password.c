#include "accounts/password.h"

#include <argon2.h>
#include <stdio.h>
#include <string.h>

#include "base/uuid.h"

enum { SALT_BYTES = 16, DIGEST_BYTES = 32 };

bool password_hash(const char *password, const struct password_cost *cost,
                   char out[static PASSWORD_HASH_SIZE], struct err *err)
{
    unsigned char salt[SALT_BYTES];
    random_bytes(salt, sizeof salt);
    int rc = argon2id_hash_encoded(cost->passes, cost->memory_kib, cost->lanes, password,
                                   strlen(password), salt, sizeof salt, DIGEST_BYTES, out,
                                   PASSWORD_HASH_SIZE);
    if (rc == ARGON2_MEMORY_ALLOCATION_ERROR)
        return err_set(err, ERR_UNAVAILABLE, "no memory to hash a password");
    if (rc != ARGON2_OK)
        return err_set(err, ERR_INTERNAL, "argon2id: %s", argon2_error_message(rc));
    return true;
}

bool password_matches(const char *password, const char *hash)
{
    return argon2id_verify(hash, password, strlen(password)) == ARGON2_OK;
}

bool password_is_cheaper(const char *hash, const struct password_cost *cost)
{
    unsigned memory_kib, passes, lanes;
    if (sscanf(hash, "$argon2id$v=19$m=%u,t=%u,p=%u$", &memory_kib, &passes, &lanes) != 3)
        return true;
    return memory_kib < cost->memory_kib || passes < cost->passes || lanes < cost->lanes;
}
