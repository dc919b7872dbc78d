#include "secrets/seal.h"

#include <openssl/evp.h>
#include <pthread.h>
#include <string.h>

#include "base/base64url.h"
#include "base/mem.h"
#include "base/uuid.h"

enum { NONCE = 12, TAG = 16 };

/* Fetched once a process: a fetch by name costs more than sealing a bank text. */
static EVP_CIPHER *cipher;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
    cipher = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
    if (cipher == NULL)
        panic("OpenSSL has no AES-256-GCM");
}

bool seal_key_parse(const char *name, const char *text, unsigned char out[SEAL_KEY_SIZE],
                    struct err *err)
{
    scoped(secret_drop) char *url = xstrdup(text);
    size_t len = strlen(url), got = 0;
    while (len > 0 && url[len - 1] == '=')
        url[--len] = '\0';
    for (char *at = url; *at != '\0'; at++)
        *at = (char)(*at == '+' ? '-' : *at == '/' ? '_' : *at);
    if (!base64url_decode(url, len, out, SEAL_KEY_SIZE, &got) || got != SEAL_KEY_SIZE)
        return err_set(err, ERR_INVALID,
                       "%s must be base64 of 32 bytes (openssl rand -base64 32 makes one)", name);
    return true;
}

unsigned char *seal(const unsigned char key[SEAL_KEY_SIZE], const char *bound_to, const void *data,
                    size_t len)
{
    unsigned char *out = xmalloc(len + SEAL_OVERHEAD);
    pthread_once(&once, fetch);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n;
    random_bytes(out, NONCE);
    if (ctx == NULL || EVP_EncryptInit_ex2(ctx, cipher, key, out, NULL) != 1 ||
        EVP_EncryptUpdate(ctx, NULL, &n, (const unsigned char *)bound_to, (int)strlen(bound_to)) !=
            1 ||
        EVP_EncryptUpdate(ctx, out + NONCE, &n, data, (int)len) != 1 ||
        EVP_EncryptFinal_ex(ctx, out + NONCE + len, &n) != 1 ||
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG, TAG, out + NONCE + len) != 1)
        panic("AES-256-GCM failed");
    EVP_CIPHER_CTX_free(ctx);
    return out;
}

bool unseal(const unsigned char key[SEAL_KEY_SIZE], const char *bound_to,
            const unsigned char *sealed, size_t len, char **out, struct err *err)
{
    if (len < SEAL_OVERHEAD)
        return err_set(err, ERR_INVALID, "what was sealed is too short");
    size_t text_len = len - SEAL_OVERHEAD;
    char *text = xmalloc(text_len + 1);
    unsigned char tag[TAG];
    memcpy(tag, sealed + NONCE + text_len, TAG);
    pthread_once(&once, fetch);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int n;
    bool ok =
        ctx != NULL && EVP_DecryptInit_ex2(ctx, cipher, key, sealed, NULL) == 1 &&
        EVP_DecryptUpdate(ctx, NULL, &n, (const unsigned char *)bound_to, (int)strlen(bound_to)) ==
            1 &&
        EVP_DecryptUpdate(ctx, (unsigned char *)text, &n, sealed + NONCE, (int)text_len) == 1 &&
        EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, TAG, tag) == 1 &&
        EVP_DecryptFinal_ex(ctx, (unsigned char *)text + text_len, &n) == 1;
    EVP_CIPHER_CTX_free(ctx);
    text[text_len] = '\0';
    if (!ok) {
        explicit_bzero(text, text_len);
        str_drop(&text);
        return err_set(err, ERR_INVALID, "sealed under another key, for another row, or changed");
    }
    *out = text;
    return true;
}
