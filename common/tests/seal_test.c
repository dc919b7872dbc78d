#include "secrets/seal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/sha256.h"
#include "secrets/vault.h"
#include "tests/test.h"

#define SEAL_KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define OTHER_SEAL_KEY "//////////////////////////////////////////8="

static void sealed_text_opens_only_where_it_belongs(void **state)
{
    (void)state;
    unsigned char key[SEAL_KEY_SIZE], other[SEAL_KEY_SIZE];
    struct err err;
    assert_true(seal_key_parse("NAME", SEAL_KEY, key, &err));
    assert_true(seal_key_parse("NAME", OTHER_SEAL_KEY, other, &err));
    unsigned char *sealed = seal(key, "kid-1", "secret", 6);
    char *opened = NULL;
    assert_true(unseal(key, "kid-1", sealed, 6 + SEAL_OVERHEAD, &opened, &err));
    assert_string_equal(opened, "secret");
    free(opened);
    assert_false(unseal(key, "kid-2", sealed, 6 + SEAL_OVERHEAD, &opened, &err));
    assert_false(unseal(other, "kid-1", sealed, 6 + SEAL_OVERHEAD, &opened, &err));
    assert_false(unseal(key, "kid-1", sealed, SEAL_OVERHEAD - 1, &opened, &err));
    sealed[14] ^= 1;
    assert_false(unseal(key, "kid-1", sealed, 6 + SEAL_OVERHEAD, &opened, &err));
    free(sealed);
    static const char *const bad[] = {"AAEC", "not base64", SEAL_KEY "AA"};
    for (size_t i = 0; i < LENGTH(bad); i++)
        assert_false(seal_key_parse("NAME", bad[i], key, &err));
}

static bool open_vault(const char *key, const char *previous, struct vault *vault, struct err *err)
{
    return vault_open(
        &(struct vault_conf){.name = "NAME", .key = key, .previous = previous, .file = ""}, vault,
        err);
}

static void a_vault_opens_with_the_key_before_too(void **state)
{
    (void)state;
    struct vault vault;
    struct err err;
    bool with_previous = true;
    char *opened = NULL;
    unsigned char id[VAULT_KEY_ID_SIZE], previous_id[VAULT_KEY_ID_SIZE];
    assert_true(open_vault(SEAL_KEY, "", &vault, &err));
    vault_key_id(&vault, "thing", id);
    unsigned char *sealed = seal(vault.key, "row", "secret", 6);
    assert_true(
        vault_unseal(&vault, "row", sealed, 6 + SEAL_OVERHEAD, &opened, &with_previous, &err));
    assert_false(with_previous);
    free(opened);
    assert_true(open_vault(OTHER_SEAL_KEY, SEAL_KEY, &vault, &err));
    vault_previous_id(&vault, "thing", previous_id);
    assert_memory_equal(id, previous_id, sizeof id);
    assert_true(
        vault_unseal(&vault, "row", sealed, 6 + SEAL_OVERHEAD, &opened, &with_previous, &err));
    assert_true(with_previous);
    free(opened);
    assert_true(open_vault(OTHER_SEAL_KEY, "", &vault, &err));
    assert_false(
        vault_unseal(&vault, "row", sealed, 6 + SEAL_OVERHEAD, &opened, &with_previous, &err));
    assert_non_null(strstr(err.text, "NAME"));
    assert_false(open_vault("", SEAL_KEY, &vault, &err));
    free(sealed);
}

/* RFC 4231, cases 1 and 2. */
static void keyed_digests_are_hmacs(void **state)
{
    (void)state;
    unsigned char digest[SHA256_SIZE];
    char hex[SHA256_HEX_SIZE];
    unsigned char key[20];
    memset(key, 0x0b, sizeof key);
    sha256_keyed(key, sizeof key, "Hi There", 8, digest);
    sha256_hex(digest, hex);
    assert_string_equal(hex, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    sha256_keyed("Jefe", 4, "what do ya want for nothing?", 28, digest);
    sha256_hex(digest, hex);
    assert_string_equal(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sealed_text_opens_only_where_it_belongs),
        cmocka_unit_test(a_vault_opens_with_the_key_before_too),
        cmocka_unit_test(keyed_digests_are_hmacs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
