/* By itself, so that who needs no more is not bound to the database. */
#include "http/idempotency.h"

#include <string.h>

static bool key_valid(const char *key)
{
    size_t len = strlen(key);
    for (size_t i = 0; i < len; i++)
        if (key[i] < 0x21 || key[i] > 0x7e)
            return false;
    return len >= 1 && len <= IDEMPOTENCY_KEY_MAX;
}

bool idempotency_key(const struct req *req, const char **key, struct err *err)
{
    *key = req_header(req, "Idempotency-Key");
    if (*key == NULL || key_valid(*key))
        return true;
    return err_set_name(err, ERR_MALFORMED, "idempotency_key_malformed",
                        "Idempotency-Key must be 1 to %d visible ASCII characters",
                        IDEMPOTENCY_KEY_MAX);
}
