#include "templates/taught_set.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "templates/taught.h"
#include "templates/taught_store.h"

/* One person's, or with an empty user_id everybody's. */
struct group {
    char user_id[UUID_SIZE];
    struct template_set set;
    struct template *rows;
    uint16_t *slots;
};

struct taught_sets {
    struct pg_result *result; /* templates borrow their merchants from it */
    struct group *groups;     /* in the order of user_id */
    size_t count;
};

static void index_group(struct group *group)
{
    uint32_t size = 8;
    while (size < group->set.count * 2)
        size *= 2;
    group->slots = xcalloc(size, sizeof *group->slots);
    group->set.rows = group->rows;
    group->set.slots = group->slots;
    group->set.mask = size - 1;
    template_index(group->rows, group->set.count, group->slots, group->set.mask);
}

/* Rows [first, end) are of one owner. */
static void add_group(struct taught_sets *sets, size_t first, size_t end)
{
    struct group *group = &sets->groups[sets->count];
    size_t most = TAUGHT_MAX;
    pg_copy(sets->result, first, TAUGHT_USER_ID, group->user_id, sizeof group->user_id);
    if (group->user_id[0] == '\0')
        most = TAUGHT_SHARED_MAX;
    group->rows = xcalloc(end - first, sizeof *group->rows);
    for (size_t row = first; row < end && group->set.count < most; row++) {
        struct taught taught;
        taught_store_row(sets->result, row, &taught);
        if (taught_compile(&taught, &group->rows[group->set.count]))
            group->set.count++;
        else
            log_warn("template_not_understood", L_STR("template_id", taught.id));
    }
    if (group->set.count > 0) {
        index_group(group);
        sets->count++;
    } else {
        free(group->rows);
        *group = (struct group){.rows = NULL};
    }
}

bool taught_sets_load(struct pg_tx *tx, const char *const user_ids[], size_t count,
                      struct taught_sets **out, struct err *err)
{
    scoped(pg_result_drop) struct pg_result *result = NULL;
    if (!taught_store_load(tx, user_ids, count, &result, err))
        return false;
    size_t rows = pg_rows(result), first = 0;
    struct taught_sets *sets = xcalloc(1, sizeof *sets);
    sets->result = pg_result_share(result);
    sets->groups = xcalloc(rows + 1, sizeof *sets->groups);
    for (size_t row = 1; row <= rows; row++)
        if (row == rows || strcmp(pg_str(result, row, TAUGHT_USER_ID),
                                  pg_str(result, first, TAUGHT_USER_ID)) != 0) {
            add_group(sets, first, row);
            first = row;
        }
    *out = sets;
    return true;
}

void taught_sets_drop(struct taught_sets **out)
{
    struct taught_sets *sets = *out;
    if (sets == NULL)
        return;
    for (size_t i = 0; i < sets->count; i++) {
        free(sets->groups[i].rows);
        free(sets->groups[i].slots);
    }
    free(sets->groups);
    pg_result_drop(&sets->result);
    free(sets);
    *out = NULL;
}

static int by_user(const void *key, const void *row)
{
    return strcasecmp(key, ((const struct group *)row)->user_id);
}

const struct template_set *taught_sets_own(const struct taught_sets *sets, const char *user_id)
{
    if (sets == NULL || sets->count == 0 || user_id[0] == '\0')
        return NULL;
    const struct group *group =
        bsearch(user_id, sets->groups, sets->count, sizeof *sets->groups, by_user);
    return group != NULL ? &group->set : NULL;
}

const struct template_set *taught_sets_shared(const struct taught_sets *sets)
{
    return sets != NULL && sets->count > 0 && sets->groups[0].user_id[0] == '\0'
               ? &sets->groups[0].set
               : NULL;
}
