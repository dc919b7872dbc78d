#include "auth.h"

#include <stddef.h>

#define AT(member) offsetof(struct auth_conf, member)

/* clang-format off */
const struct conf_key auth_keys[] = {
    {"AUTH_ACCESS_TTL_S", CONF_INT, AT(access_ttl_s), "600", 10, TOKEN_LIFE_MAX_S, 0, "life of an access token"},
    {"AUTH_DELETE_GRACE_S", CONF_INT, AT(delete_grace_s), "1209600", 0, 31536000, 0, "how long a deleted account can be had back by signing in"},
    {"AUTH_HASH_LANES", CONF_INT, AT(hash_lanes), "1", 1, 16, 0, "argon2id parallelism"},
    {"AUTH_HASH_MEMORY_KIB", CONF_INT, AT(hash_memory_kib), "12288", 1024, 4194304, 0, "argon2id memory of one hash"},
    {"AUTH_HASH_PASSES", CONF_INT, AT(hash_passes), "3", 1, 100, 0, "argon2id passes"},
    {"AUTH_HASH_THREADS", CONF_INT, AT(hash_threads), "2", 1, 64, 0, "passwords hashed at once; each takes the memory above"},
    {"AUTH_KEY_ENCRYPTION_KEY", CONF_STR, AT(key_encryption_key), "", 0, 0, CONF_SECRET, "base64 of 32 bytes that encrypt secrets in the database, private signing keys above all; set it or its _FILE in production"},
    {"AUTH_KEY_ENCRYPTION_KEY_FILE", CONF_STR, AT(key_encryption_key_file), "", 0, 0, 0, "file with that key instead"},
    {"AUTH_KEY_ENCRYPTION_KEY_PREVIOUS", CONF_STR, AT(key_encryption_key_previous), "", 0, 0, CONF_SECRET, "the key before, while it is being changed: what it encrypted is encrypted anew"},
    {"AUTH_KEY_LEAD_S", CONF_INT, AT(key_lead_s), "600", 1, 86400, 0, "how long a new signing key is published before it signs: longer than clients cache the public keys"},
    {"AUTH_KEY_ROTATE_DAYS", CONF_INT, AT(key_rotate_days), "30", 0, 3650, 0, "how long a signing key signs; 0: until `keys rotate`"},
    {"AUTH_MAIL_FROM", CONF_STR, AT(mail_from), "no-reply@expenses-tracker.local", 0, 0, 0, "sender of mails"},
    {"AUTH_PUBLIC_URL", CONF_STR, AT(public_url), "http://localhost:3000", 0, 0, 0, "the frontend that links in mails lead to, without a slash at its end"},
    {"AUTH_REFRESH_GRACE_S", CONF_INT, AT(refresh_grace_s), "10", 1, 60, 0, "how long a refresh token just rotated away is still answered, for parallel refreshes"},
    {"AUTH_REFRESH_TTL_S", CONF_INT, AT(refresh_ttl_s), "2592000", 60, 31536000, 0, "life of a session after its last refresh"},
    {"AUTH_SIGNING_ALG", CONF_STR, AT(signing_alg), "ES256", 0, 0, 0, "algorithm of a signing key that is made: ES256 or RS256"},
    {"AUTH_SIGNING_KEY_FILE", CONF_STR, AT(signing_key_file), "", 0, 0, 0, "PEM file with the private signing key; empty: made at first start, kept in the database"},
    {"AUTH_SMTP_PASSWORD", CONF_STR, AT(smtp_password), "", 0, 0, CONF_SECRET, "password for the mail server"},
    {"AUTH_SMTP_URL", CONF_STR, AT(smtp_url), "", 0, 0, 0, "mail server, smtp://host:port (STARTTLS demanded unless loopback) or smtps://host:port; empty: no mail"},
    {"AUTH_SMTP_USER", CONF_STR, AT(smtp_user), "", 0, 0, 0, "user for the mail server; empty: it asks for none"},
    {"AUTH_THROTTLE_ACCOUNT", CONF_INT, AT(throttle_account), "50", 1, 1000000, 0, "failed sign-ins of an account, from anywhere, before the first delay"},
    {"AUTH_THROTTLE_ADDRESS", CONF_INT, AT(throttle_address), "100", 1, 1000000, 0, "failed sign-ins from an address before the first delay"},
    {"AUTH_THROTTLE_PAIR", CONF_INT, AT(throttle_pair), "5", 1, 1000000, 0, "failed sign-ins of an account from one address before the first delay"},
};
/* clang-format on */
const size_t auth_key_count = sizeof auth_keys / sizeof *auth_keys;
