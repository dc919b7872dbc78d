#include "base/sha256.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <pthread.h>

#include "base/log.h"
#include "base/uuid.h"

static EVP_MD *algorithm;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void fetch(void)
{
    algorithm = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (algorithm == NULL)
        panic("OpenSSL has no SHA-256");
}

void sha256_two(const void *first, size_t first_len, const void *second, size_t second_len,
                unsigned char out[static SHA256_SIZE])
{
    pthread_once(&once, fetch);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx == NULL || EVP_DigestInit_ex2(ctx, algorithm, NULL) != 1 ||
        EVP_DigestUpdate(ctx, first, first_len) != 1 ||
        EVP_DigestUpdate(ctx, second, second_len) != 1 || EVP_DigestFinal_ex(ctx, out, NULL) != 1)
        panic("SHA-256 failed");
    EVP_MD_CTX_free(ctx);
}

void sha256(const void *data, size_t len, unsigned char out[static SHA256_SIZE])
{
    sha256_two(data, len, "", 0, out);
}

void sha256_keyed(const void *key, size_t key_len, const void *data, size_t len,
                  unsigned char out[static SHA256_SIZE])
{
    unsigned made = 0;
    pthread_once(&once, fetch);
    if (HMAC(algorithm, key, (int)key_len, data, len, out, &made) == NULL || made != SHA256_SIZE)
        panic("HMAC failed");
}

/* An OpenSSL context by another name. */
struct sha256_stream *sha256_new(void)
{
    pthread_once(&once, fetch);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (ctx == NULL || EVP_DigestInit_ex2(ctx, algorithm, NULL) != 1)
        panic("SHA-256 failed");
    return (struct sha256_stream *)ctx;
}

void sha256_add(struct sha256_stream *stream, const void *data, size_t len)
{
    if (EVP_DigestUpdate((EVP_MD_CTX *)stream, data, len) != 1)
        panic("SHA-256 failed");
}

void sha256_end(struct sha256_stream *stream, unsigned char out[static SHA256_SIZE])
{
    if (EVP_DigestFinal_ex((EVP_MD_CTX *)stream, out, NULL) != 1)
        panic("SHA-256 failed");
    EVP_MD_CTX_free((EVP_MD_CTX *)stream);
}

void sha256_hex(const unsigned char digest[static SHA256_SIZE], char out[static SHA256_HEX_SIZE])
{
    for (size_t i = 0; i < SHA256_SIZE; i++)
        hex_put(out + 2 * i, digest[i], 2);
    out[SHA256_HEX_SIZE - 1] = '\0';
}
