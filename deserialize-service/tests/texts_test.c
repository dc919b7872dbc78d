#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "tests/test.h"
#include "texts/text_keys.h"

#define ANNA "0191d2a0-0000-7000-8000-00000000000a"
#define BELA "0191d2a0-0000-7000-8000-00000000000b"
#define ANNA_UPPER "0191D2A0-0000-7000-8000-00000000000A"
#define GONE "0191d2a0-0000-7000-8000-00000000000f"
#define MESSAGE "0191d2a0-0000-7000-8000-000000000001"
#define OTHER_MESSAGE "0191d2a0-0000-7000-8000-000000000002"
#define BODY "Paid 12.50 to TEA STALL"
#define KEK "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
#define NEXT_KEK "//////////////////////////////////////////8="

/* The table text_key. */
static struct text_key_row table[8];
static size_t table_count, looked;

bool text_key_store_find(struct pg_tx *tx, const char *const user_ids[], size_t count,
                         struct text_key_row **rows, size_t *found, struct err *err)
{
    (void)tx, (void)err;
    looked++;
    *rows = xcalloc(count + 1, sizeof **rows);
    *found = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < table_count; j++)
            if (strcasecmp(user_ids[i], table[j].user_id) == 0)
                (*rows)[(*found)++] = table[j];
    return true;
}

bool text_key_store_add(struct pg_tx *tx, const struct text_key_row rows[], size_t count,
                        struct err *err)
{
    (void)tx, (void)err;
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].user_id, GONE) != 0)
            table[table_count++] = rows[i];
    return true;
}

bool text_key_store_any(struct pg_pool *db, struct text_key_row *row, bool *found, struct err *err)
{
    (void)db, (void)err;
    *found = table_count > 0;
    *row = table[0];
    return true;
}

bool text_key_store_other(struct pg_tx *tx, const unsigned char *kek_id, const char *after,
                          int limit, struct text_key_row **rows, size_t *found, struct err *err)
{
    (void)tx, (void)err;
    *rows = xcalloc(table_count + 1, sizeof **rows);
    *found = 0;
    for (size_t i = 0; i < table_count && *found < (size_t)limit; i++)
        if (strcmp(table[i].user_id, after) > 0 &&
            memcmp(table[i].kek_id, kek_id, VAULT_KEY_ID_SIZE) != 0)
            (*rows)[(*found)++] = table[i];
    return true;
}

bool text_key_store_set(struct pg_tx *tx, const struct text_key_row rows[], size_t count,
                        struct err *err)
{
    (void)tx, (void)err;
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < table_count; j++)
            if (strcmp(rows[i].user_id, table[j].user_id) == 0)
                table[j] = rows[i];
    return true;
}

static struct vault vault;
static struct text_keys *keys;

static void open_with(const char *key, const char *previous)
{
    struct err err;
    text_keys_free(keys);
    assert_true(vault_open(
        &(struct vault_conf){.name = "NAME", .key = key, .previous = previous, .file = ""}, &vault,
        &err));
    keys = text_keys_new(&vault);
}

static int reset(void **state)
{
    (void)state;
    table_count = looked = 0;
    open_with(KEK, "");
    return 0;
}

static int end(void **state)
{
    (void)state;
    text_keys_free(keys);
    keys = NULL;
    return 0;
}

static struct text_key key_of(const char *user_id, bool *known)
{
    struct err err;
    struct text_key key = {.seal = {0}};
    assert_true(
        text_keys_get_many(keys, NULL, (const char *const[]){user_id}, 1, &key, known, &err));
    return key;
}

static void a_text_opens_for_its_owner_and_message_alone(void **state)
{
    (void)state;
    bool known;
    struct err err;
    struct text_key anna = key_of(ANNA, &known), bela = key_of(BELA, &known);
    char *body = NULL;
    size_t len = strlen(BODY) + SEAL_OVERHEAD;
    unsigned char *sealed = text_seal(&anna, MESSAGE, BODY, strlen(BODY));
    assert_null(memmem(sealed, len, "TEA", 3));
    assert_true(text_open(&anna, MESSAGE, sealed, len, &body, &err));
    assert_string_equal(body, BODY);
    free(body);
    assert_false(text_open(&anna, OTHER_MESSAGE, sealed, len, &body, &err));
    assert_false(text_open(&bela, MESSAGE, sealed, len, &body, &err));
    free(sealed);
}

static void fingerprints_fold_blanks_and_differ_between_people(void **state)
{
    (void)state;
    bool known;
    struct text_key anna = key_of(ANNA, &known), bela = key_of(BELA, &known);
    unsigned char one[FINGERPRINT_SIZE], two[FINGERPRINT_SIZE];
    text_fingerprint(&anna, BODY, one);
    text_fingerprint(&anna, "  Paid  12.50\nto TEA STALL ", two);
    assert_memory_equal(one, two, sizeof one);
    text_fingerprint(&anna, "Paid 12.51 to TEA STALL", two);
    assert_memory_not_equal(one, two, sizeof one);
    text_fingerprint(&bela, BODY, two);
    assert_memory_not_equal(one, two, sizeof one);
    text_fingerprint_unkeyed(BODY, two);
    assert_memory_not_equal(one, two, sizeof one);
}

static void each_person_has_one_key_whatever_the_case_of_the_id(void **state)
{
    (void)state;
    const char *const user_ids[] = {ANNA_UPPER, BELA, ANNA, GONE};
    struct text_key out[LENGTH(user_ids)];
    bool known[LENGTH(user_ids)];
    struct err err;
    assert_true(text_keys_get_many(keys, NULL, user_ids, LENGTH(user_ids), out, known, &err));
    assert_int_equal(table_count, 2);
    assert_true(known[0] && known[1] && known[2]);
    assert_false(known[3]);
    assert_memory_equal(&out[0], &out[2], sizeof *out);
    assert_memory_not_equal(&out[0], &out[1], sizeof *out);
    /* Made in a transaction that may yet be rolled back: not in memory. */
    assert_false(text_keys_find(keys, ANNA, &out[3]));
    assert_true(text_keys_get_many(keys, NULL, user_ids, 2, out, known, &err));
    assert_true(text_keys_find(keys, ANNA, &out[3]));
    assert_memory_equal(&out[0], &out[3], sizeof *out);
    size_t before = looked;
    assert_true(text_keys_get_many(keys, NULL, user_ids, 3, out, known, &err));
    assert_int_equal(looked, before);
    text_keys_forget(keys, ANNA);
    assert_false(text_keys_find(keys, ANNA, &out[3]));
}

static void secrets_lie_under_the_key_given_and_are_sealed_anew(void **state)
{
    (void)state;
    bool known;
    struct err err;
    size_t found;
    char after[UUID_SIZE] = "00000000-0000-0000-0000-000000000000";
    open_with("", "");
    struct text_key before = key_of(ANNA, &known);
    assert_int_equal(table[0].secret_len, TEXT_SECRET_SIZE); /* in clear, there being no key */
    open_with(KEK, "");
    assert_true(text_keys_check(keys, NULL, &err));
    assert_true(text_keys_rewrap(keys, NULL, after, 10, &found, &err));
    assert_int_equal(found, 1);
    assert_int_equal(table[0].secret_len, WRAPPED_MAX);
    open_with(NEXT_KEK, "");
    assert_false(text_keys_check(keys, NULL, &err));
    assert_non_null(strstr(err.text, "NAME"));
    open_with(NEXT_KEK, KEK);
    assert_true(text_keys_check(keys, NULL, &err));
    snprintf(after, sizeof after, "00000000-0000-0000-0000-000000000000");
    assert_true(text_keys_rewrap(keys, NULL, after, 10, &found, &err));
    open_with(NEXT_KEK, "");
    struct text_key now = key_of(ANNA, &known);
    assert_memory_equal(&before, &now, sizeof now); /* texts stay as they are */
    snprintf(after, sizeof after, "00000000-0000-0000-0000-000000000000");
    assert_true(text_keys_rewrap(keys, NULL, after, 10, &found, &err));
    assert_int_equal(found, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, reset, end)
    const struct CMUnitTest tests[] = {
        TEST(a_text_opens_for_its_owner_and_message_alone),
        TEST(fingerprints_fold_blanks_and_differ_between_people),
        TEST(each_person_has_one_key_whatever_the_case_of_the_id),
        TEST(secrets_lie_under_the_key_given_and_are_sealed_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
