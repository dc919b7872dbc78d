#include "keys/keyset.h"

#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/timefmt.h"
#include "keys/key_events.h"

bool keyset_open_row(const struct vault *vault, const struct key_row *row, struct signing_key *out,
                     struct err *err)
{
    bool with_previous;
    scoped(secret_drop) char *pem = NULL;
    if (row->private == NULL)
        return err_set(err, ERR_INVALID,
                       "key %.20s signs from a file: set AUTH_SIGNING_KEY_FILE, or rotate",
                       row->kid);
    if (!row->sealed)
        pem = xstrndup((const char *)row->private, row->private_len);
    else if (!vault_unseal(vault, row->kid, row->private, row->private_len, &pem, &with_previous,
                           err))
        return false;
    return signing_key_from_pem(pem, out, err);
}

/* The private part as it should lie in the database. */
static void set_private(const struct vault *vault, struct key_row *row, const char *pem)
{
    size_t len = strlen(pem);
    row->sealed = vault->has_key;
    row->private =
        row->sealed ? seal(vault->key, row->kid, pem, len) : (unsigned char *)xstrdup(pem);
    row->private_len = row->sealed ? len + SEAL_OVERHEAD : len;
}

static void row_of(const struct signing_key *key, enum key_state state, struct key_row *row)
{
    *row =
        (struct key_row){.state = state, .since_us = time_now_us(), .jwk = json_incref(key->jwk)};
    snprintf(row->kid, sizeof row->kid, "%s", key->kid);
}

static bool make(const struct keyset_conf *conf, struct pg_tx *tx, enum key_state state,
                 struct err *err)
{
    struct signing_key key;
    struct key_row row;
    if (!signing_key_make(conf->rules.alg, &key, err))
        return false;
    row_of(&key, state, &row);
    set_private(conf->vault, &row, key.pem);
    bool ok = key_store_put(tx, &row, err) && key_event_published(tx, row.jwk, err);
    if (ok)
        log_info("signing_key_made", L_STR("kid", key.kid), L_STR("alg", key.alg),
                 L_STR("state", key_state_names[state]), L_BOOL("sealed", row.sealed));
    key_row_fini(&row);
    signing_key_fini(&key);
    return ok;
}

static bool sign_with(struct pg_tx *tx, struct key_row *row, struct err *err)
{
    row->state = KEY_SIGNING;
    if (!key_store_put(tx, row, err))
        return false;
    log_info("signing_key_in_use", L_STR("kid", row->kid));
    return true;
}

static bool retire(struct pg_tx *tx, const char *kid, struct err *err)
{
    if (!key_store_retire(tx, kid, err) || !key_event_retired(tx, kid, err))
        return false;
    log_info("signing_key_retired", L_STR("kid", kid));
    return true;
}

static struct rotation_move due(const struct keyset_conf *conf, const struct key_rows *rows)
{
    struct rotation_key keys[KEYS_IN_USE_MAX];
    for (size_t i = 0; i < rows->count; i++) {
        const struct key_row *row = &rows->rows[i];
        const char *alg = json_string_value(json_object_get(row->jwk, "alg"));
        keys[i] = (struct rotation_key){.state = row->state,
                                        .alg = alg != NULL ? alg : "",
                                        .since_us = row->since_us,
                                        .has_private = row->private != NULL};
    }
    return rotation_due(&conf->rules, keys, rows->count, rows->now_us);
}

static bool reload(struct pg_tx *tx, struct key_rows *rows, struct err *err)
{
    key_rows_fini(rows);
    return key_store_load(tx, rows, err);
}

static struct key_row *find(struct key_rows *rows, const char *kid)
{
    for (size_t i = 0; i < rows->count; i++)
        if (strcmp(rows->rows[i].kid, kid) == 0)
            return &rows->rows[i];
    return NULL;
}

static bool has_signing(const struct key_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].state == KEY_SIGNING && rows->rows[i].private != NULL)
            return true;
    return false;
}

static bool take_step(const struct keyset_conf *conf, struct pg_tx *tx, struct key_rows *rows,
                      struct rotation_move move, struct err *err)
{
    switch (move.step) {
    case ROTATION_RESTS:
        return true;
    case ROTATION_MAKES: /* where nothing can sign there is nothing to wait for */
        return make(conf, tx, has_signing(rows) ? KEY_NEXT : KEY_SIGNING, err);
    case ROTATION_SIGNS:
        return sign_with(tx, &rows->rows[move.key], err);
    case ROTATION_RETIRES:
        return retire(tx, rows->rows[move.key].kid, err);
    }
    panic("rotation step %d", (int)move.step);
}

static bool take_steps(const struct keyset_conf *conf, struct pg_tx *tx, struct key_rows *rows,
                       struct err *err)
{
    for (;;) {
        struct rotation_move move = due(conf, rows);
        if (move.step == ROTATION_RESTS)
            return true;
        if (!take_step(conf, tx, rows, move, err) || !reload(tx, rows, err))
            return false;
    }
}

/* The operator's key signs from the moment that an instance has it. Published before, it is known
 * everywhere by then; else there is a moment in which some service may not know it yet. */
static bool use_mine(struct pg_tx *tx, const struct signing_key *mine, struct key_rows *rows,
                     struct err *err)
{
    struct key_row *known = find(rows, mine->kid);
    if (known != NULL && known->state == KEY_SIGNING)
        return true;
    struct key_row row;
    row_of(mine, KEY_SIGNING, &row);
    if (known == NULL && rows->count > 0)
        log_warn("signing_key_unannounced", L_STR("kid", mine->kid),
                 L_STR("advice", "publish it first: auth-service keys publish FILE"));
    bool ok = sign_with(tx, &row, err) &&
              (known != NULL || key_event_published(tx, row.jwk, err)) && reload(tx, rows, err);
    key_row_fini(&row);
    return ok;
}

/* What lies in clear although there is a key to seal it, or was sealed with the previous key. */
static bool seal_row(const struct vault *vault, struct pg_tx *tx, struct key_row *row,
                     struct err *err)
{
    bool with_previous = false;
    scoped(secret_drop) char *pem = NULL;
    if (row->private == NULL || !vault->has_key)
        return true;
    if (!row->sealed)
        pem = xstrndup((const char *)row->private, row->private_len);
    else if (!vault_unseal(vault, row->kid, row->private, row->private_len, &pem, &with_previous,
                           err))
        return row->state == KEY_VERIFYING; /* which nobody needs to open */
    if (row->sealed && !with_previous)
        return true;
    explicit_bzero(row->private, row->private_len);
    free(row->private);
    set_private(vault, row, pem);
    return key_store_seal(tx, row, err);
}

static bool seal_rows(const struct vault *vault, struct pg_tx *tx, struct key_rows *rows,
                      struct err *err)
{
    for (size_t i = 0; i < rows->count; i++)
        if (!seal_row(vault, tx, &rows->rows[i], err))
            return false;
    return true;
}

bool keyset_tend(const struct keyset_conf *conf, const struct signing_key *mine, struct pg_pool *db,
                 struct key_rows *rows, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    *rows = (struct key_rows){.count = 0};
    if (pg_begin(db, &tx, err) && key_store_lock(tx, err) && key_store_load(tx, rows, err) &&
        (mine == NULL || use_mine(tx, mine, rows, err)) && take_steps(conf, tx, rows, err) &&
        seal_rows(conf->vault, tx, rows, err) && pg_commit(&tx, err))
        return true;
    key_rows_fini(rows);
    return false;
}

/* As they are under the lock: one that was revoked a moment ago must not be published once more
 * behind its end. */
bool keyset_publish_all(struct pg_pool *db, struct err *err)
{
    struct key_rows rows = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    bool ok = pg_begin(db, &tx, err) && key_store_lock(tx, err) && key_store_load(tx, &rows, err);
    for (size_t i = 0; ok && i < rows.count; i++)
        ok = key_event_published(tx, rows.rows[i].jwk, err);
    key_rows_fini(&rows);
    return ok && pg_commit(&tx, err);
}

static struct key_row *next_of(struct key_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        if (rows->rows[i].state == KEY_NEXT)
            return &rows->rows[i];
    return NULL;
}

/* Moves a row out of rows, which is freed. */
static void move_out(struct key_row *from, struct key_row *to)
{
    *to = *from;
    *from = (struct key_row){.jwk = NULL};
}

bool keyset_rotate(const struct keyset_conf *conf, struct pg_pool *db, struct key_row *row,
                   bool *made, struct err *err)
{
    struct key_rows rows = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    *made = false;
    bool ok = pg_begin(db, &tx, err) && key_store_lock(tx, err) && key_store_load(tx, &rows, err);
    if (ok && next_of(&rows) == NULL) {
        *made = true;
        ok = make(conf, tx, KEY_NEXT, err) && reload(tx, &rows, err);
    }
    ok = ok && pg_commit(&tx, err);
    if (ok)
        move_out(next_of(&rows), row);
    key_rows_fini(&rows);
    return ok;
}

bool keyset_revoke(const struct keyset_conf *conf, struct pg_pool *db, const char *kid,
                   struct err *err)
{
    struct key_rows rows = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    bool ok = pg_begin(db, &tx, err) && key_store_lock(tx, err) && key_store_load(tx, &rows, err);
    const struct key_row *row = ok ? find(&rows, kid) : NULL;
    if (ok && row == NULL)
        ok = err_set(err, ERR_NOT_FOUND, "no key in use has the kid %.64s", kid);
    if (ok && row->state == KEY_SIGNING && !conf->rules.makes_keys)
        ok = err_set(err, ERR_CONFLICT, "instances sign with it: give them another file first");
    ok = ok && retire(tx, kid, err) && reload(tx, &rows, err) && take_steps(conf, tx, &rows, err) &&
         pg_commit(&tx, err);
    key_rows_fini(&rows);
    return ok;
}

bool keyset_publish(struct pg_pool *db, const struct signing_key *key, struct err *err)
{
    struct key_rows rows = {.count = 0};
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    struct key_row row;
    row_of(key, KEY_NEXT, &row);
    bool ok = pg_begin(db, &tx, err) && key_store_lock(tx, err) && key_store_load(tx, &rows, err);
    if (ok && find(&rows, key->kid) != NULL)
        ok = err_set(err, ERR_CONFLICT, "key %.64s is published already", key->kid);
    if (ok && next_of(&rows) != NULL)
        ok = err_set(err, ERR_CONFLICT, "key %.64s is next already; revoke it first",
                     next_of(&rows)->kid);
    ok = ok && key_store_put(tx, &row, err) && key_event_published(tx, row.jwk, err) &&
         pg_commit(&tx, err);
    key_row_fini(&row);
    key_rows_fini(&rows);
    return ok;
}

bool keyset_list(struct pg_pool *db, struct key_rows *rows, struct err *err)
{
    scoped(pg_tx_drop) struct pg_tx *tx = NULL;
    return pg_begin(db, &tx, err) && key_store_load(tx, rows, err) && pg_commit(&tx, err);
}
