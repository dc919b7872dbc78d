#include "identity/denylist.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { FIRST_BUCKETS = 64 };

struct entry {
    struct entry *next;
    char id[UUID_SIZE];
    int64_t not_after, forget_at;
};

struct denylist {
    _Atomic size_t count;  /* read without the lock: mostly nobody is on the list */
    pthread_rwlock_t lock; /* guards all below */
    struct entry **buckets;
    size_t bucket_count;
};

struct denylist *denylist_new(void)
{
    struct denylist *list = xcalloc(1, sizeof *list);
    list->bucket_count = FIRST_BUCKETS;
    list->buckets = xcalloc(list->bucket_count, sizeof(struct entry *));
    pthread_rwlock_init(&list->lock, NULL);
    return list;
}

void denylist_free(struct denylist *list)
{
    if (list == NULL)
        return;
    denylist_purge(list, INT64_MAX);
    pthread_rwlock_destroy(&list->lock);
    free(list->buckets);
    free(list);
}

/* FNV-1a; ids are random and made by us, so nobody can aim at one bucket. */
static size_t hash_of(const char *id)
{
    uint64_t hash = 14695981039346656037ULL;
    for (; *id != '\0'; id++)
        hash = (hash ^ (unsigned char)*id) * 1099511628211ULL;
    return (size_t)hash;
}

static struct entry *find(const struct denylist *list, const char *id)
{
    struct entry *entry = list->buckets[hash_of(id) % list->bucket_count];
    while (entry != NULL && strcmp(entry->id, id) != 0)
        entry = entry->next;
    return entry;
}

static void link_entry(struct denylist *list, struct entry *entry)
{
    struct entry **head = &list->buckets[hash_of(entry->id) % list->bucket_count];
    entry->next = *head;
    *head = entry;
}

static void grow(struct denylist *list)
{
    struct entry **old = list->buckets;
    size_t old_count = list->bucket_count;
    list->bucket_count *= 2;
    list->buckets = xcalloc(list->bucket_count, sizeof(struct entry *));
    for (size_t i = 0; i < old_count; i++) {
        for (struct entry *entry = old[i], *next; entry != NULL; entry = next) {
            next = entry->next;
            link_entry(list, entry);
        }
    }
    free(old);
}

void denylist_add(struct denylist *list, const char *id, int64_t not_after, int64_t forget_at)
{
    pthread_rwlock_wrlock(&list->lock);
    struct entry *entry = find(list, id);
    if (entry == NULL) {
        if (atomic_load(&list->count) >= list->bucket_count)
            grow(list);
        entry = xcalloc(1, sizeof *entry);
        snprintf(entry->id, sizeof entry->id, "%s", id);
        entry->not_after = INT64_MIN;
        entry->forget_at = INT64_MIN;
        link_entry(list, entry);
        atomic_fetch_add(&list->count, 1);
    }
    if (not_after > entry->not_after)
        entry->not_after = not_after;
    if (forget_at > entry->forget_at)
        entry->forget_at = forget_at;
    pthread_rwlock_unlock(&list->lock);
}

bool denylist_has(struct denylist *list, const char *id, int64_t issued_at)
{
    if (atomic_load(&list->count) == 0)
        return false;
    pthread_rwlock_rdlock(&list->lock);
    const struct entry *entry = find(list, id);
    bool has = entry != NULL && issued_at <= entry->not_after;
    pthread_rwlock_unlock(&list->lock);
    return has;
}

void denylist_purge(struct denylist *list, int64_t now_s)
{
    pthread_rwlock_wrlock(&list->lock);
    for (size_t i = 0; i < list->bucket_count; i++) {
        for (struct entry **at = &list->buckets[i]; *at != NULL;) {
            struct entry *entry = *at;
            if (entry->forget_at > now_s) {
                at = &entry->next;
                continue;
            }
            *at = entry->next;
            free(entry);
            atomic_fetch_sub(&list->count, 1);
        }
    }
    pthread_rwlock_unlock(&list->lock);
}

size_t denylist_count(struct denylist *list)
{
    return atomic_load(&list->count);
}
