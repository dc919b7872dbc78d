/* Access tokens signed a second, beside bare signatures of as many bytes with the same key by
 * OpenSSL, on one thread in turn. Prints a JSON line for each algorithm. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "keys/sign.h"

enum { ROUNDS = 5, ROUND_MS = 300 };

static double rate_of(void (*once)(void *), void *arg)
{
    int64_t began = time_mono_us(), now = began;
    int count = 0;
    for (; now - began < ROUND_MS * INT64_C(1000); now = time_mono_us()) {
        once(arg);
        count++;
    }
    return count * 1e6 / (double)(now - began);
}

struct signing {
    struct signing_key key;
    struct account account;
    EVP_PKEY *pkey;
    EVP_MD *md;
    size_t len; /* of what a token signs */
};

static void sign_token(void *arg)
{
    struct signing *signing = arg;
    struct access_claims claims = {.issuer = "https://auth.expenses-tracker.local",
                                   .audience = "expenses-tracker",
                                   .session_id = signing->account.user_id,
                                   .scope = "account expenses:read expenses:write messages:read",
                                   .account = &signing->account,
                                   .now_s = 1774115380,
                                   .life_s = 600};
    char *token;
    struct err err;
    if (!token_sign(&signing->key, &claims, &token, &err))
        panic("%s", err.text);
    signing->len = strlen(token);
    free(token);
}

static void sign_bytes(void *arg)
{
    static unsigned char bytes[1024];
    const struct signing *signing = arg;
    unsigned char out[512];
    size_t len = sizeof out;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    if (EVP_DigestSignInit(ctx, NULL, signing->md, NULL, signing->pkey) != 1 ||
        EVP_DigestSign(ctx, out, &len, bytes, signing->len) != 1)
        panic("OpenSSL");
    EVP_MD_CTX_free(ctx);
}

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void measure(const char *alg)
{
    struct err err;
    struct signing signing = {
        .account = {.user_id = "0191d2a0-0000-7000-8000-000000000001", .email = "asha@example.com"},
        .md = EVP_MD_fetch(NULL, "SHA256", NULL)};
    if (!signing_key_make(alg, &signing.key, &err))
        panic("%s", err.text);
    BIO *bio = BIO_new_mem_buf(signing.key.pem, -1);
    signing.pkey = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    double tokens = 0, bare = 0;
    for (int round = 0; round < ROUNDS; round++) {
        tokens = larger(tokens, rate_of(sign_token, &signing));
        bare = larger(bare, rate_of(sign_bytes, &signing));
    }
    printf("{\"bench\":\"token_sign\",\"alg\":\"%s\",\"tokens_per_s\":%.0f,\"bare_per_s\":%.0f,"
           "\"ratio\":%.2f,\"target_ratio\":0.5}\n",
           alg, tokens, bare, tokens / bare);
    EVP_MD_free(signing.md);
    EVP_PKEY_free(signing.pkey);
    signing_key_fini(&signing.key);
}

int main(void)
{
    measure("ES256");
    measure("RS256");
    return 0;
}
