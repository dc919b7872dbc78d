/* lint: size, because it is a fake to be included whole by one test program. */
/* fake_inbox_db - the inbox's tables in memory, behind the functions of pg.h and outbox.h that the
 * inbox calls. Included by one test program, whose own definitions go before the archive's; a link
 * time fake for all of common's tests would take the real pg away from pg's own tests.
 * A transaction works on a copy of everything and holds the one lock, so begin to commit is serial.
 */
#pragma once
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/uuid.h"
#include "events/inbox.h"
#include "events/outbox.h"

enum { FAKE_PARTITIONS = 32, FAKE_USERS = 64, FAKE_EFFECTS = 256, FAKE_DEAD = 16 };

struct fake_tables {
    struct {
        char topic[64];
        int partition;
        int64_t next;
    } offsets[FAKE_PARTITIONS];
    struct {
        char topic[64], user_id[UUID_SIZE];
        int64_t sequence;
    } sequences[FAKE_USERS];
    struct {
        char topic[64], value[128];
        size_t value_len;
    } dead[FAKE_DEAD];
    int64_t effects[FAKE_EFFECTS]; /* offsets in the order of application */
    char handled[FAKE_DEAD][160]; /* dead letters dealt with: all of their key, and what was done */
    int offset_count, sequence_count, dead_count, effect_count, handled_count;
};

static struct {
    struct fake_tables tables;
    pthread_mutex_t lock;
    int failing_begins, failing_commits, lost_commits; /* how many more will */
    int commits;
    json_t *headers; /* of the last dead letter tried; owned */
} fake = {.lock = PTHREAD_MUTEX_INITIALIZER};

struct pg_tx {
    struct fake_tables tables;
};

struct pg_result {
    size_t rows, affected;
    struct {
        char text[UUID_SIZE];
        int64_t num;
    } cells[FAKE_USERS];
};

static bool fake_down(int *count, struct err *err)
{
    if (*count == 0)
        return false;
    --*count;
    err_set(err, ERR_UNAVAILABLE, "the database is away");
    return true;
}

bool pg_begin(struct pg_pool *pool, struct pg_tx **tx, struct err *err)
{
    (void)pool;
    pthread_mutex_lock(&fake.lock);
    if (fake_down(&fake.failing_begins, err)) {
        pthread_mutex_unlock(&fake.lock);
        return false;
    }
    *tx = xcalloc(1, sizeof **tx);
    (*tx)->tables = fake.tables;
    return true;
}

void pg_tx_drop(struct pg_tx **tx)
{
    if (*tx == NULL)
        return;
    free(*tx);
    *tx = NULL;
    pthread_mutex_unlock(&fake.lock);
}

bool pg_commit(struct pg_tx **tx, struct err *err)
{
    bool ok = !fake_down(&fake.failing_commits, err);
    if (ok) {
        fake.tables = (*tx)->tables;
        fake.commits++;
        ok = !fake_down(&fake.lost_commits, err); /* done, but the answer was lost */
    }
    pg_tx_drop(tx);
    return ok;
}

static int64_t *fake_offset(struct fake_tables *tables, const char *topic, int64_t partition)
{
    for (int i = 0; i < tables->offset_count; i++)
        if (tables->offsets[i].partition == partition &&
            strcmp(tables->offsets[i].topic, topic) == 0)
            return &tables->offsets[i].next;
    return NULL;
}

static int64_t *fake_sequence(struct fake_tables *tables, const char *topic, const char *user_id)
{
    for (int i = 0; i < tables->sequence_count; i++)
        if (strcmp(tables->sequences[i].user_id, user_id) == 0 &&
            strcmp(tables->sequences[i].topic, topic) == 0)
            return &tables->sequences[i].sequence;
    return NULL;
}

static void fake_add_offset(struct fake_tables *tables, const char *topic, int64_t partition,
                            int64_t next)
{
    int i = tables->offset_count++;
    if (i == FAKE_PARTITIONS)
        panic("fake: too many partitions");
    snprintf(tables->offsets[i].topic, sizeof tables->offsets[i].topic, "%s", topic);
    tables->offsets[i].partition = (int)partition;
    tables->offsets[i].next = next;
}

static void fake_set_sequence(struct fake_tables *tables, const char *topic, const char *user_id,
                              int64_t sequence)
{
    int64_t *known = fake_sequence(tables, topic, user_id);
    if (known != NULL) {
        *known = sequence > *known ? sequence : *known;
        return;
    }
    int i = tables->sequence_count++;
    if (i == FAKE_USERS)
        panic("fake: too many users");
    snprintf(tables->sequences[i].topic, sizeof tables->sequences[i].topic, "%s", topic);
    snprintf(tables->sequences[i].user_id, UUID_SIZE, "%s", user_id);
    tables->sequences[i].sequence = sequence;
}

/* Arrays are the items joined by commas, in braces. */
char *pg_array(const char *const items[], size_t count)
{
    struct buf out = {0};
    buf_add(&out, "{", 1);
    for (size_t i = 0; i < count; i++)
        buf_addf(&out, "%s%s", i > 0 ? "," : "", items[i]);
    buf_add(&out, "}", 1);
    return out.data;
}

static char *fake_next_item(char **rest)
{
    char *item = strsep(rest, ",{}");
    while (item != NULL && *item == '\0')
        item = strsep(rest, ",{}");
    return item;
}

static void fake_get_sequences(struct fake_tables *tables, const struct pg_param *params,
                               struct pg_result *result)
{
    scoped(str_drop) char *copy = xstrdup(params[1].text);
    char *rest = copy, *id;
    while ((id = fake_next_item(&rest)) != NULL) {
        int64_t *known = fake_sequence(tables, params[0].text, id);
        if (known == NULL)
            continue;
        snprintf(result->cells[result->rows].text, UUID_SIZE, "%s", id);
        result->cells[result->rows++].num = *known;
    }
}

static void fake_put_sequences(struct fake_tables *tables, const struct pg_param *params)
{
    scoped(str_drop) char *ids = xstrdup(params[1].text);
    scoped(str_drop) char *numbers = xstrdup(params[2].text);
    char *rest_ids = ids, *rest_numbers = numbers, *id;
    while ((id = fake_next_item(&rest_ids)) != NULL)
        fake_set_sequence(tables, params[0].text, id, atoll(fake_next_item(&rest_numbers)));
}

/* *result is one affected row, unless the same dead letter was noted before. */
static void fake_claim(struct fake_tables *tables, const struct pg_param *params,
                       struct pg_result *result)
{
    char note[160];
    int len = snprintf(note, sizeof note, "%s/%lld/%lld/%lld/%lld ", params[0].text,
                       (long long)params[1].num, (long long)params[2].num, (long long)params[3].num,
                       (long long)params[4].num);
    for (int i = 0; i < tables->handled_count; i++)
        if (strncmp(tables->handled[i], note, (size_t)len) == 0)
            return;
    if (tables->handled_count == FAKE_DEAD)
        panic("fake: too many dead letters dealt with");
    snprintf(note + len, sizeof note - (size_t)len, "%s", params[5].text);
    memcpy(tables->handled[tables->handled_count++], note, sizeof note);
    result->affected = 1;
}

static void fake_move_offsets(struct fake_tables *tables, const struct pg_param *params,
                              struct pg_result *result)
{
    scoped(str_drop) char *parts = xstrdup(params[1].text);
    scoped(str_drop) char *known = xstrdup(params[2].text);
    scoped(str_drop) char *moved = xstrdup(params[3].text);
    char *rest_parts = parts, *rest_known = known, *rest_moved = moved, *partition;
    while ((partition = fake_next_item(&rest_parts)) != NULL) {
        int64_t *next = fake_offset(tables, params[0].text, atoll(partition));
        int64_t from = atoll(fake_next_item(&rest_known)), to = atoll(fake_next_item(&rest_moved));
        if (next == NULL || *next != from)
            continue;
        *next = to;
        result->affected++;
    }
}

static void fake_run(struct fake_tables *tables, const char *statement,
                     const struct pg_param *params, struct pg_result *result)
{
    int64_t *next = strcmp(statement, "inbox_offset_move") == 0
                        ? NULL
                        : fake_offset(tables, params[0].text, params[1].num);
    if (strcmp(statement, "inbox_offset_get") == 0) {
        result->rows = next != NULL;
        result->cells[0].num = next != NULL ? *next : 0;
    } else if (strcmp(statement, "inbox_offset_move") == 0) {
        fake_move_offsets(tables, params, result);
    } else if (strcmp(statement, "inbox_offset_add") == 0) {
        result->affected = next == NULL;
        if (next == NULL)
            fake_add_offset(tables, params[0].text, params[1].num, params[2].num);
    } else if (strcmp(statement, "inbox_sequence_get") == 0) {
        fake_get_sequences(tables, params, result);
    } else if (strcmp(statement, "inbox_sequence_set") == 0) {
        fake_put_sequences(tables, params);
    } else if (strcmp(statement, "dead_letter_claim") == 0) {
        fake_claim(tables, params, result);
    } else {
        panic("fake: statement %s", statement);
    }
}

bool pg_exec(struct pg_tx *tx, const char *statement, const struct pg_param *params, size_t count,
             struct pg_result **result, struct err *err)
{
    (void)count;
    (void)err;
    struct pg_result *made = xcalloc(1, sizeof *made);
    fake_run(&tx->tables, statement, params, made);
    if (result != NULL)
        *result = made;
    else
        free(made);
    return true;
}

bool pg_query(struct pg_pool *pool, const char *statement, const struct pg_param *params,
              size_t count, struct pg_result **result, struct err *err)
{
    struct pg_tx *tx = NULL;
    if (!pg_begin(pool, &tx, err))
        return false;
    bool ok = pg_exec(tx, statement, params, count, result, err);
    pg_tx_drop(&tx);
    return ok;
}

void pg_result_drop(struct pg_result **result)
{
    free(*result);
    *result = NULL;
}

size_t pg_rows(const struct pg_result *result)
{
    return result->rows;
}

size_t pg_affected(const struct pg_result *result)
{
    return result->affected;
}

const char *pg_str(const struct pg_result *result, size_t row, int col)
{
    (void)col;
    return result->cells[row].text;
}

int64_t pg_int(const struct pg_result *result, size_t row, int col)
{
    (void)col;
    return result->cells[row].num;
}

bool outbox_add_raw(struct pg_tx *tx, const struct outbox_raw *raw, struct err *err)
{
    (void)err;
    int i = tx->tables.dead_count++;
    if (i == FAKE_DEAD)
        panic("fake: too many dead letters");
    snprintf(tx->tables.dead[i].topic, sizeof tx->tables.dead[i].topic, "%s", raw->topic);
    size_t len = raw->value_len < 127 ? raw->value_len : 127;
    if (raw->value != NULL)
        memcpy(tx->tables.dead[i].value, raw->value, len);
    tx->tables.dead[i].value[len] = '\0';
    tx->tables.dead[i].value_len = raw->value_len;
    json_decref(fake.headers);
    fake.headers = json_deep_copy(raw->headers);
    return true;
}
