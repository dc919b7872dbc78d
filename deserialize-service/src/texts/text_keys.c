#include "texts/text_keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "texts/key_memory.h"

enum { BOUND_SIZE = 9 + UUID_SIZE };
static const char key_label[] = "text key";

struct text_keys {
    const struct vault *vault;
    struct key_memory *memory;
};

struct text_keys *text_keys_new(const struct vault *vault)
{
    struct text_keys *keys = xcalloc(1, sizeof *keys);
    *keys = (struct text_keys){.vault = vault, .memory = key_memory_new()};
    return keys;
}

void text_keys_free(struct text_keys *keys)
{
    if (keys == NULL)
        return;
    key_memory_free(keys->memory);
    free(keys);
}

bool text_keys_find(struct text_keys *keys, const char *user_id, struct text_key *out)
{
    return key_memory_find(keys->memory, user_id, out);
}

void text_keys_forget(struct text_keys *keys, const char *user_id)
{
    key_memory_drop(keys->memory, user_id);
}

static void bound_to(const char *user_id, char out[static BOUND_SIZE])
{
    snprintf(out, BOUND_SIZE, "text key:%s", user_id);
}

/* Into row, whose user is known. */
static void wrap(const struct vault *vault, const unsigned char secret[static TEXT_SECRET_SIZE],
                 struct text_key_row *row)
{
    char bound[BOUND_SIZE];
    row->secret_len = TEXT_SECRET_SIZE;
    if (!vault->has_key) {
        memcpy(row->secret, secret, TEXT_SECRET_SIZE);
        return;
    }
    bound_to(row->user_id, bound);
    unsigned char *sealed = seal(vault->key, bound, secret, TEXT_SECRET_SIZE);
    memcpy(row->secret, sealed, WRAPPED_MAX);
    free(sealed);
    row->secret_len = WRAPPED_MAX;
    vault_key_id(vault, key_label, row->kek_id);
}

static bool unwrap(const struct vault *vault, const struct text_key_row *row,
                   unsigned char secret[static TEXT_SECRET_SIZE], struct err *err)
{
    char bound[BOUND_SIZE];
    char *opened = NULL;
    bool with_previous;
    if (row->secret_len == TEXT_SECRET_SIZE) {
        memcpy(secret, row->secret, TEXT_SECRET_SIZE);
        return true;
    }
    bound_to(row->user_id, bound);
    if (row->secret_len != WRAPPED_MAX)
        return err_set(err, ERR_INTERNAL, "text_key of %s is damaged", row->user_id);
    if (!vault_unseal(vault, bound, row->secret, row->secret_len, &opened, &with_previous, err)) {
        err->code = ERR_INTERNAL; /* nothing that a client or a sender could mend */
        return false;
    }
    memcpy(secret, opened, TEXT_SECRET_SIZE);
    explicit_bzero(opened, TEXT_SECRET_SIZE);
    free(opened);
    return true;
}

static bool open_row(const struct text_keys *keys, const struct text_key_row *row,
                     struct text_key *out, struct err *err)
{
    unsigned char secret[TEXT_SECRET_SIZE];
    bool ok = unwrap(keys->vault, row, secret, err);
    if (ok)
        text_key_derive(secret, out);
    explicit_bzero(secret, sizeof secret);
    return ok;
}

bool text_keys_of_row(struct text_keys *keys, const struct text_key_row *row, struct text_key *out,
                      struct err *err)
{
    return key_memory_find(keys->memory, row->user_id, out) || open_row(keys, row, out, err);
}

/* A key that is wanted, and where it goes. */
struct want {
    const char *user_id;
    size_t index;
};

static int by_user(const void *left, const void *right)
{
    const struct want *a = left, *b = right;
    return strcasecmp(a->user_id, b->user_id);
}

struct wants {
    struct want *items; /* sorted by user */
    size_t count;
    struct text_key *out;
    bool *known;
};

/* Each user once whose key is not known yet; the caller frees the list. */
static const char **missing(const struct wants *wants, size_t *count)
{
    const char **list = xcalloc(wants->count + 1, sizeof *list);
    *count = 0;
    for (size_t i = 0; i < wants->count; i++) {
        const char *user_id = wants->items[i].user_id;
        if (!wants->known[wants->items[i].index] &&
            (*count == 0 || strcasecmp(list[*count - 1], user_id) != 0))
            list[(*count)++] = user_id;
    }
    return list;
}

static void give(const struct wants *wants, const char *user_id, const struct text_key *key)
{
    struct want wanted = {.user_id = user_id};
    struct want *at = bsearch(&wanted, wants->items, wants->count, sizeof *wants->items, by_user);
    if (at == NULL)
        return;
    while (at > wants->items && by_user(at - 1, &wanted) == 0)
        at--;
    for (; at < wants->items + wants->count && by_user(at, &wanted) == 0; at++) {
        wants->out[at->index] = *key;
        wants->known[at->index] = true;
    }
}

/* remember: the rows were committed by others. */
static bool look_up(struct text_keys *keys, struct pg_tx *tx, const struct wants *wants,
                    bool remember, struct err *err)
{
    size_t asked, found;
    struct text_key_row *rows = NULL;
    const char **user_ids = missing(wants, &asked);
    bool ok = asked == 0 || text_key_store_find(tx, user_ids, asked, &rows, &found, err);
    for (size_t i = 0; ok && asked > 0 && i < found; i++) {
        struct text_key key;
        ok = open_row(keys, &rows[i], &key, err);
        if (!ok)
            break;
        give(wants, rows[i].user_id, &key);
        if (remember)
            key_memory_add(keys->memory, rows[i].user_id, &key);
        explicit_bzero(&key, sizeof key);
    }
    free(rows);
    free(user_ids);
    return ok;
}

static bool make(struct text_keys *keys, struct pg_tx *tx, const struct wants *wants,
                 struct err *err)
{
    size_t count;
    const char **user_ids = missing(wants, &count);
    struct text_key_row *rows = xcalloc(count + 1, sizeof *rows);
    for (size_t i = 0; i < count; i++) {
        unsigned char secret[TEXT_SECRET_SIZE];
        random_bytes(secret, sizeof secret);
        uuid_lower(user_ids[i], rows[i].user_id);
        wrap(keys->vault, secret, &rows[i]);
        explicit_bzero(secret, sizeof secret);
    }
    /* Another transaction may make one at this moment: what counts is what is there afterwards. */
    bool ok = count == 0 ||
              (text_key_store_add(tx, rows, count, err) && look_up(keys, tx, wants, false, err));
    free(rows);
    free(user_ids);
    return ok;
}

bool text_keys_get_many(struct text_keys *keys, struct pg_tx *tx, const char *const user_ids[],
                        size_t count, struct text_key out[], bool known[], struct err *err)
{
    struct wants wants = {
        .items = xcalloc(count + 1, sizeof *wants.items), .out = out, .known = known};
    for (size_t i = 0; i < count; i++) {
        known[i] = key_memory_find(keys->memory, user_ids[i], &out[i]);
        if (!known[i])
            wants.items[wants.count++] = (struct want){user_ids[i], i};
    }
    qsort(wants.items, wants.count, sizeof *wants.items, by_user);
    bool ok = look_up(keys, tx, &wants, true, err) && make(keys, tx, &wants, err);
    free(wants.items);
    return ok;
}

bool text_keys_get(struct text_keys *keys, struct pg_pool *db, const char *user_id,
                   struct text_key *out, struct err *err)
{
    bool known = false;
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    if (key_memory_find(keys->memory, user_id, out))
        return true;
    if (!pg_begin(db, &tx, err) ||
        !text_keys_get_many(keys, tx, (const char *const[]){user_id}, 1, out, &known, err) ||
        !pg_commit(&tx, err))
        return false;
    if (!known)
        return err_set_name(err, ERR_FORBIDDEN, "account_deleted", "the account is deleted");
    key_memory_add(keys->memory, user_id, out);
    return true;
}

bool text_keys_check(struct text_keys *keys, struct pg_pool *db, struct err *err)
{
    struct text_key_row row;
    struct text_key key;
    bool found;
    if (!text_key_store_any(db, &row, &found, err))
        return false;
    if (!found || open_row(keys, &row, &key, err))
        return true;
    err->code = ERR_INVALID;
    return false;
}

bool text_keys_rewrap(struct text_keys *keys, struct pg_tx *tx, char after[static UUID_SIZE],
                      int limit, size_t *found, struct err *err)
{
    unsigned char kek_id[VAULT_KEY_ID_SIZE], secret[TEXT_SECRET_SIZE];
    struct text_key_row *rows = NULL;
    vault_key_id(keys->vault, key_label, kek_id);
    if (!text_key_store_other(tx, kek_id, after, limit, &rows, found, err))
        return false;
    bool ok = true;
    for (size_t i = 0; ok && i < *found; i++) {
        ok = unwrap(keys->vault, &rows[i], secret, err);
        if (ok)
            wrap(keys->vault, secret, &rows[i]);
        snprintf(after, UUID_SIZE, "%s", rows[i].user_id);
    }
    explicit_bzero(secret, sizeof secret);
    ok = ok && (*found == 0 || text_key_store_set(tx, rows, *found, err));
    free(rows);
    return ok;
}
