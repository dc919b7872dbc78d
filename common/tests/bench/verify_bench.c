/* Cost of checking a token that was seen before, beside the SHA-256 of the same token, which no
 * cache keyed by a digest can beat. Prints one JSON line. */
#include <stdio.h>

#include "../token_fixture.h"
#include "base/timefmt.h"

enum { ROUNDS = 5, CHECKS = 200000, FIRST_CHECKS = 200 };

static double best_us(double now, double best)
{
    return best == 0 || now < best ? now : best;
}

int main(void)
{
    int64_t now_s = time_now_us() / US_PER_S;
    struct fixture_key key = fixture_key_new(false);
    struct verifier *verifier = verifier_new(&(struct verifier_conf){.issuer = FIXTURE_ISSUER,
                                                                     .audience = FIXTURE_AUDIENCE,
                                                                     .leeway_s = 5,
                                                                     .cache_slots = 8192});
    struct err err;
    struct identity id;
    if (!verifier_key_add(verifier, key.jwk, &err))
        panic("%s", err.text);
    char *token =
        fixture_sign(fixture_claims(now_s), JWT_ALG_ES256, key.private_pem, fixture_kid(&key));
    verifier_revoke(verifier, FIXTURE_TOKEN, FIXTURE_TOKEN, now_s, now_s + 600);
    EVP_MD *sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
    unsigned char digest[32];
    size_t len = strlen(token);
    double check = 0, plain = 0, first = 0;
    for (int round = 0; round < ROUNDS; round++) {
        int64_t start = time_mono_us();
        for (int i = 0; i < CHECKS; i++)
            if (!verifier_check(verifier, token, now_s, &id, &err))
                panic("%s", err.text);
        check = best_us((double)(time_mono_us() - start) / CHECKS, check);
        start = time_mono_us();
        for (int i = 0; i < CHECKS; i++)
            if (EVP_Digest(token, len, digest, NULL, sha256, NULL) != 1)
                panic("SHA-256");
        plain = best_us((double)(time_mono_us() - start) / CHECKS, plain);
        start = time_mono_us();
        for (int i = 0; i < FIRST_CHECKS; i++) {
            struct err ignored;
            verifier_key_drop(verifier, fixture_kid(&key)); /* empties the cache */
            if (!verifier_key_add(verifier, key.jwk, &ignored) ||
                !verifier_check(verifier, token, now_s, &id, &err))
                panic("%s", err.text);
        }
        first = best_us((double)(time_mono_us() - start) / FIRST_CHECKS, first);
    }
    printf("{\"bench\":\"token_check\",\"token_bytes\":%zu,\"cached_us\":%.2f,"
           "\"sha256_of_token_us\":%.2f,\"first_use_us\":%.0f,\"target_cached_us\":5}\n",
           len, check, plain, first);
    EVP_MD_free(sha256);
    free(token);
    verifier_free(verifier);
    fixture_key_fini(&key);
    return check <= 5 ? 0 : 1;
}
