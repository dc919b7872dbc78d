#include "identity/token_cache.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { WAYS = 4, LOCKS = 64, MIN_SLOTS = 64 };

/* The identity's texts one after the other, since a struct identity of full width would make the
 * table four times as large. */
struct slot {
    unsigned char digest[TOKEN_DIGEST_SIZE];
    char *texts; /* NULL: empty slot */
    int64_t issued_at, expires_at;
};

struct token_cache {
    _Atomic uint64_t generation;
    size_t set_mask;
    struct slot *slots;            /* set i is slots[i * WAYS …]; guarded by locks[i % LOCKS] */
    pthread_rwlock_t locks[LOCKS]; /* taken one at a time, so no order among them */
};

struct token_cache *token_cache_new(size_t slots)
{
    size_t count = MIN_SLOTS;
    while (count < slots)
        count *= 2;
    struct token_cache *cache = xcalloc(1, sizeof *cache);
    cache->set_mask = count / WAYS - 1;
    cache->slots = xcalloc(count, sizeof *cache->slots);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_rwlock_init(&cache->locks[i], NULL);
    return cache;
}

void token_cache_free(struct token_cache *cache)
{
    if (cache == NULL)
        return;
    token_cache_clear(cache);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_rwlock_destroy(&cache->locks[i]);
    free(cache->slots);
    free(cache);
}

uint64_t token_cache_generation(struct token_cache *cache)
{
    return atomic_load(&cache->generation);
}

static size_t set_of(const struct token_cache *cache, const unsigned char *digest)
{
    uint64_t hash;
    memcpy(&hash, digest, sizeof hash);
    return (size_t)hash & cache->set_mask;
}

static char *pack(const struct identity *id)
{
    const char *texts[] = {id->user_id, id->session_id, id->token_id,
                           id->email,   id->name,       id->scope};
    struct buf buf = {0};
    for (size_t i = 0; i < LENGTH(texts); i++)
        buf_add(&buf, texts[i], strlen(texts[i]) + 1);
    char *exact = xmalloc(buf.len);
    memcpy(exact, buf.data, buf.len);
    buf_fini(&buf);
    return exact;
}

static void unpack(const struct slot *slot, struct identity *out)
{
    char *fields[] = {out->user_id, out->session_id, out->token_id,
                      out->email,   out->name,       out->scope};
    const char *at = slot->texts;
    for (size_t i = 0; i < LENGTH(fields); i++) {
        size_t size = strlen(at) + 1;
        memcpy(fields[i], at, size);
        at += size;
    }
    out->issued_at = slot->issued_at;
    out->expires_at = slot->expires_at;
}

bool token_cache_find(struct token_cache *cache, const unsigned char digest[TOKEN_DIGEST_SIZE],
                      struct identity *out)
{
    size_t set = set_of(cache, digest);
    const struct slot *slots = cache->slots + set * WAYS;
    bool found = false;
    pthread_rwlock_rdlock(&cache->locks[set % LOCKS]);
    for (size_t i = 0; i < WAYS && !found; i++) {
        if (slots[i].texts != NULL && memcmp(slots[i].digest, digest, TOKEN_DIGEST_SIZE) == 0) {
            unpack(&slots[i], out);
            found = true;
        }
    }
    pthread_rwlock_unlock(&cache->locks[set % LOCKS]);
    return found;
}

/* The slot that already holds the digest, else an empty one, else the first to expire. */
static struct slot *slot_for(struct slot *slots, const unsigned char *digest)
{
    struct slot *best = &slots[0];
    for (size_t i = 0; i < WAYS; i++) {
        if (slots[i].texts == NULL)
            best = best->texts == NULL ? best : &slots[i];
        else if (memcmp(slots[i].digest, digest, TOKEN_DIGEST_SIZE) == 0)
            return &slots[i];
        else if (best->texts != NULL && slots[i].expires_at < best->expires_at)
            best = &slots[i];
    }
    return best;
}

void token_cache_add(struct token_cache *cache, const unsigned char digest[TOKEN_DIGEST_SIZE],
                     const struct identity *identity, uint64_t generation)
{
    size_t set = set_of(cache, digest);
    char *texts = pack(identity), *old = texts;
    pthread_rwlock_wrlock(&cache->locks[set % LOCKS]);
    if (atomic_load(&cache->generation) == generation) {
        struct slot *slot = slot_for(cache->slots + set * WAYS, digest);
        old = slot->texts;
        memcpy(slot->digest, digest, TOKEN_DIGEST_SIZE);
        slot->texts = texts;
        slot->issued_at = identity->issued_at;
        slot->expires_at = identity->expires_at;
    }
    pthread_rwlock_unlock(&cache->locks[set % LOCKS]);
    free(old);
}

void token_cache_clear(struct token_cache *cache)
{
    atomic_fetch_add(&cache->generation, 1);
    for (size_t set = 0; set <= cache->set_mask; set++) {
        pthread_rwlock_wrlock(&cache->locks[set % LOCKS]);
        for (size_t i = 0; i < WAYS; i++) {
            struct slot *slot = &cache->slots[set * WAYS + i];
            free(slot->texts);
            slot->texts = NULL;
        }
        pthread_rwlock_unlock(&cache->locks[set % LOCKS]);
    }
}
