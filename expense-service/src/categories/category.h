/* category - a person's tree of categories: what may be where, and what a client may say. No I/O.
 * All text is borrowed: from the query result or the request. */
#pragma once
#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/json_util.h"

enum {
    CATEGORIES_MAX = 500,   /* of one person: the whole tree is read to check a move */
    CATEGORY_DEPTH_MAX = 6, /* levels, the top one included */
    CATEGORY_NAME_BYTES_MAX = 200,
    CATEGORY_ICON_BYTES_MAX = 32,
    CATEGORY_POSITION_MAX = 100000,
};

struct category {
    const char *id, *parent_id;       /* parent_id NULL: at the top */
    const char *key;                  /* NULL: not of the default set */
    const char *name, *icon, *colour; /* icon and colour: empty for none */
    int64_t position, version;
};
json_t *category_to_json(const struct category *category);

enum category_field {
    CATEGORY_NAME = 1,
    CATEGORY_PARENT = 2,
    CATEGORY_ICON = 4,
    CATEGORY_COLOUR = 8,
    CATEGORY_POSITION = 16,
};
enum category_input_kind { CATEGORY_CREATE, CATEGORY_PATCH };
/* Reads a creating POST or a merge-patch into out; given gets enum category_field. */
void category_read(const json_t *body, enum category_input_kind kind, struct category *out,
                   unsigned *given, struct fields *fields);

/* The categories of one person. */
struct category_tree {
    struct category *rows; /* owned */
    size_t count;
};
void category_tree_fini(struct category_tree *tree);
/* NULL when it is not in the tree. */
const struct category *category_find(const struct category_tree *tree, const char *id);
/* Whether the category (id NULL: a new one, without children) may be below parent_id; tells fields
 * what is wrong: an unknown parent, a cycle, too deep. */
bool category_may_be_below(const struct category_tree *tree, const char *id, const char *parent_id,
                           struct fields *fields);
