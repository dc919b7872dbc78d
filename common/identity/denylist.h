/* denylist - sessions and users whose tokens no longer count, until those tokens have expired.
 * Grows with what was revoked within the life of a token, not with time. Threads: any. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/uuid.h"

struct denylist;
struct denylist *denylist_new(void);
void denylist_free(struct denylist *list);

/* id is a session or a user: both are UUIDs of the suite, so they cannot meet. Adding the same id
 * again keeps the later of both times. */
void denylist_add(struct denylist *list, const char *id, int64_t not_after, int64_t forget_at);
/* Whether a token of id issued at issued_at is refused. */
bool denylist_has(struct denylist *list, const char *id, int64_t issued_at);
/* Drops entries whose forget_at has passed. */
void denylist_purge(struct denylist *list, int64_t now_s);
size_t denylist_count(struct denylist *list);
