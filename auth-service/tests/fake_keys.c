#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"
#include "keys/key_store.h"
#include "tests/fake_store.h"

/* Signing keys, as in a database that starts empty; retired ones are forgotten. */
static struct key_rows keys;

void key_row_fini(struct key_row *row)
{
    free(row->private);
    json_decref(row->jwk);
    *row = (struct key_row){.jwk = NULL};
}

void key_rows_fini(struct key_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        key_row_fini(&rows->rows[i]);
    rows->count = 0;
}

void fake_forget_keys(void)
{
    key_rows_fini(&keys);
}

void fake_age_keys(int64_t us)
{
    for (size_t i = 0; i < keys.count; i++)
        keys.rows[i].since_us -= us;
}

bool key_store_lock(struct pg_tx *tx, struct err *err)
{
    (void)tx;
    return fake_reachable(err);
}

static void set_private(struct key_row *row, const struct key_row *from)
{
    free(row->private);
    row->private = NULL;
    row->private_len = from->private_len;
    row->sealed = from->sealed;
    if (from->private == NULL)
        return;
    row->private = malloc(from->private_len);
    memcpy(row->private, from->private, from->private_len);
}

static void copy_row(const struct key_row *from, struct key_row *to)
{
    *to = *from;
    to->jwk = json_incref(from->jwk);
    to->private = NULL;
    set_private(to, from);
}

/* The signing one first. */
bool key_store_load(struct pg_tx *tx, struct key_rows *rows, struct err *err)
{
    (void)tx;
    *rows = (struct key_rows){.now_us = time_now_us()};
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < keys.count; i++)
            if ((keys.rows[i].state == KEY_SIGNING) == (pass == 0))
                copy_row(&keys.rows[i], &rows->rows[rows->count++]);
    return fake_reachable(err);
}

static struct key_row *find_key(const char *kid)
{
    for (size_t i = 0; i < keys.count; i++)
        if (strcmp(keys.rows[i].kid, kid) == 0)
            return &keys.rows[i];
    return NULL;
}

bool key_store_put(struct pg_tx *tx, const struct key_row *row, struct err *err)
{
    (void)tx;
    struct key_row *known = find_key(row->kid);
    for (size_t i = 0; row->state == KEY_SIGNING && i < keys.count; i++)
        if (keys.rows[i].state == KEY_SIGNING)
            keys.rows[i].state = KEY_VERIFYING, keys.rows[i].since_us = time_now_us();
    if (known == NULL)
        copy_row(row, known = &keys.rows[keys.count++]);
    else
        set_private(known, row);
    known->state = row->state;
    known->since_us = time_now_us();
    return fake_reachable(err);
}

bool key_store_seal(struct pg_tx *tx, const struct key_row *row, struct err *err)
{
    (void)tx;
    set_private(find_key(row->kid), row);
    return fake_reachable(err);
}

bool key_store_retire(struct pg_tx *tx, const char *kid, struct err *err)
{
    (void)tx;
    struct key_row *row = find_key(kid);
    key_row_fini(row);
    *row = keys.rows[--keys.count];
    return fake_reachable(err);
}
