#include "deserialize.h"

#include <stddef.h>

#include "base/mem.h"

#define AT(member) offsetof(struct deserialize_conf, member)

/* clang-format off */
const struct conf_key deserialize_keys[] = {
    {"DESERIALIZE_KEY_ENCRYPTION_KEY", CONF_STR, AT(key_encryption_key), "", 0, 0, CONF_SECRET, "base64 of 32 bytes that encrypt the keys of people's texts in the database; set it or its _FILE in production"},
    {"DESERIALIZE_KEY_ENCRYPTION_KEY_FILE", CONF_STR, AT(key_encryption_key_file), "", 0, 0, 0, "file with that key instead"},
    {"DESERIALIZE_KEY_ENCRYPTION_KEY_PREVIOUS", CONF_STR, AT(key_encryption_key_previous), "", 0, 0, CONF_SECRET, "the key before, until `keys rewrap` is done"},
};
/* clang-format on */
const size_t deserialize_key_count = LENGTH(deserialize_keys);
