/* totp - one-time codes of a second factor: RFC 6238 with SHA-1, 6 digits and 30 seconds, which is
 * what every authenticator app takes; recovery codes for who lost theirs. No I/O. */
#pragma once
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

enum {
    TOTP_SECRET_BYTES = 20,
    TOTP_SECRET_SIZE = 33, /* base32, with a NUL */
    TOTP_STEP_S = 30,
    TOTP_DIGITS = 6,
    TOTP_URI_SIZE = 1024,
    RECOVERY_CODES = 10,
    RECOVERY_SIZE = 20, /* xxxx-xxxx-xxxx-xxxx, 80 bits: a fast hash of it is enough */
    RECOVERY_HASH_SIZE = 32,
};

void totp_secret_make(char out[static TOTP_SECRET_SIZE]);
/* The code of a step (seconds since 1970 / TOTP_STEP_S). false: secret is no base32. */
must_check bool totp_code(const char *secret, int64_t step, char out[static TOTP_DIGITS + 1]);
/* Whether the code is the one of now_s or of a step beside it, since clocks differ; *step is its
 * step, and only one above the last one used may be let in. */
must_check bool totp_matches(const char *secret, const char *code, int64_t now_s, int64_t *step);
/* What a QR code shows (the Key URI format of authenticator apps). */
void totp_uri(const char *account, const char *secret, char out[static TOTP_URI_SIZE]);
/* Six digits and nothing else. */
bool totp_is_code(const char *text);

void recovery_make(char out[static RECOVERY_SIZE], unsigned char hash[static RECOVERY_HASH_SIZE]);
/* Hyphens, spaces and the case of letters do not count. false: it cannot be one. */
must_check bool recovery_hash(const char *text, unsigned char hash[static RECOVERY_HASH_SIZE]);
