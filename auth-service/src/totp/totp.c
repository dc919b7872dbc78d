#include "totp/totp.h"

#include <ctype.h>
#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "base/uuid.h"

enum { DRIFT_STEPS = 1, RECOVERY_BYTES = 10, RECOVERY_LETTERS = 16, GROUP = 4 };

static const char base32[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/* len is a multiple of 5, so that there is no padding. */
static void encode(const unsigned char *bytes, size_t len, char *out)
{
    for (size_t bit = 0; bit < len * 8; bit += 5) {
        unsigned pair = (unsigned)bytes[bit / 8] << 8;
        if (bit / 8 + 1 < len)
            pair |= bytes[bit / 8 + 1];
        *out++ = base32[pair >> (11 - bit % 8) & 31];
    }
    *out = '\0';
}

static bool decode(const char *text, unsigned char out[static TOTP_SECRET_BYTES])
{
    if (strlen(text) != TOTP_SECRET_SIZE - 1)
        return false;
    memset(out, 0, TOTP_SECRET_BYTES);
    for (size_t i = 0; text[i] != '\0'; i++) {
        const char *at = strchr(base32, text[i]);
        if (at == NULL)
            return false;
        for (size_t bit = 0; bit < 5; bit++)
            if ((unsigned)(at - base32) >> (4 - bit) & 1)
                out[(5 * i + bit) / 8] |= (unsigned char)(0x80 >> (5 * i + bit) % 8);
    }
    return true;
}

void totp_secret_make(char out[static TOTP_SECRET_SIZE])
{
    unsigned char bytes[TOTP_SECRET_BYTES];
    random_bytes(bytes, sizeof bytes);
    encode(bytes, sizeof bytes, out);
    explicit_bzero(bytes, sizeof bytes);
}

bool totp_code(const char *secret, int64_t step, char out[static TOTP_DIGITS + 1])
{
    unsigned char key[TOTP_SECRET_BYTES], counter[8], mac[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!decode(secret, key))
        return false;
    for (int i = 0; i < 8; i++)
        counter[i] = (unsigned char)((uint64_t)step >> (56 - 8 * i));
    if (HMAC(EVP_sha1(), key, sizeof key, counter, sizeof counter, mac, &len) == NULL || len < 20)
        panic("HMAC failed");
    explicit_bzero(key, sizeof key);
    const unsigned char *at = mac + (mac[len - 1] & 15); /* dynamic truncation, RFC 4226, 5.3 */
    uint32_t number =
        (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
    snprintf(out, TOTP_DIGITS + 1, "%06u", number % 1000000U);
    return true;
}

bool totp_is_code(const char *text)
{
    return strlen(text) == TOTP_DIGITS && strspn(text, "0123456789") == TOTP_DIGITS;
}

bool totp_matches(const char *secret, const char *code, int64_t now_s, int64_t *step)
{
    char want[TOTP_DIGITS + 1];
    bool found = false;
    if (!totp_is_code(code))
        return false;
    for (int64_t at = now_s / TOTP_STEP_S - DRIFT_STEPS; at <= now_s / TOTP_STEP_S + DRIFT_STEPS;
         at++) {
        if (totp_code(secret, at, want) && CRYPTO_memcmp(want, code, TOTP_DIGITS) == 0) {
            *step = at;
            found = true;
        }
    }
    return found;
}

void totp_uri(const char *account, const char *secret, char out[static TOTP_URI_SIZE])
{
    struct buf label = {.data = NULL};
    buf_addf(&label, "%s", "");
    for (const char *at = account; *at != '\0'; at++) {
        bool plain = isalnum((unsigned char)*at) || strchr("-._~@", *at) != NULL;
        buf_addf(&label, plain ? "%c" : "%%%02X", (unsigned char)*at);
    }
    snprintf(out, TOTP_URI_SIZE,
             "otpauth://totp/Expenses%%20Tracker:%s?secret=%s&issuer=Expenses%%20Tracker"
             "&algorithm=SHA1&digits=%d&period=%d",
             label.data, secret, TOTP_DIGITS, TOTP_STEP_S);
    buf_fini(&label);
}

void recovery_make(char out[static RECOVERY_SIZE], unsigned char hash[static RECOVERY_HASH_SIZE])
{
    unsigned char bytes[RECOVERY_BYTES];
    char letters[RECOVERY_LETTERS + 1];
    random_bytes(bytes, sizeof bytes);
    encode(bytes, sizeof bytes, letters);
    char *to = out;
    for (size_t i = 0; i < RECOVERY_LETTERS; i++) {
        if (i > 0 && i % GROUP == 0)
            *to++ = '-';
        *to++ = (char)tolower((unsigned char)letters[i]);
    }
    *to = '\0';
    sha256(letters, RECOVERY_LETTERS, hash);
    explicit_bzero(bytes, sizeof bytes);
    explicit_bzero(letters, sizeof letters);
}

bool recovery_hash(const char *text, unsigned char hash[static RECOVERY_HASH_SIZE])
{
    char letters[RECOVERY_LETTERS];
    size_t count = 0;
    for (; *text != '\0'; text++) {
        char letter = (char)toupper((unsigned char)*text);
        if (letter == '-' || letter == ' ')
            continue;
        if (count == RECOVERY_LETTERS || strchr(base32, letter) == NULL)
            return false;
        letters[count++] = letter;
    }
    if (count != RECOVERY_LETTERS)
        return false;
    sha256(letters, count, hash);
    return true;
}
