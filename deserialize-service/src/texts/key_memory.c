#include "texts/key_memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"
#include "base/uuid.h"

enum { WAYS = 4, SETS = 4096, LOCKS = 64, KEEP_S = 600, ID_SIZE = 16 };

struct slot {
    unsigned char user_id[ID_SIZE];
    struct text_key key;
    int64_t until_us; /* of the monotonic clock; 0: empty */
};
struct key_memory {
    struct slot slots[SETS][WAYS]; /* set i is guarded by locks[i % LOCKS] */
    pthread_mutex_t locks[LOCKS];  /* taken one at a time */
};

struct key_memory *key_memory_new(void)
{
    struct key_memory *memory = xcalloc(1, sizeof *memory);
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_init(&memory->locks[i], NULL);
    return memory;
}

void key_memory_free(struct key_memory *memory)
{
    if (memory == NULL)
        return;
    for (size_t i = 0; i < LOCKS; i++)
        pthread_mutex_destroy(&memory->locks[i]);
    explicit_bzero(memory, sizeof *memory);
    free(memory);
}

/* The last bytes of an id are random in every version that we meet. */
static size_t set_of(const unsigned char id[static ID_SIZE])
{
    return (size_t)(id[ID_SIZE - 2] << 8 | id[ID_SIZE - 1]) % SETS;
}

/* The set, locked, and the slot of this person in it: NULL when there is none. */
static struct slot *enter(struct key_memory *memory, const unsigned char id[static ID_SIZE],
                          size_t set)
{
    pthread_mutex_lock(&memory->locks[set % LOCKS]);
    int64_t now = time_mono_us();
    for (size_t i = 0; i < WAYS; i++) {
        struct slot *slot = &memory->slots[set][i];
        if (slot->until_us > now && memcmp(slot->user_id, id, ID_SIZE) == 0)
            return slot;
    }
    return NULL;
}

static void leave(struct key_memory *memory, size_t set)
{
    pthread_mutex_unlock(&memory->locks[set % LOCKS]);
}

bool key_memory_find(struct key_memory *memory, const char *user_id, struct text_key *out)
{
    unsigned char id[ID_SIZE];
    uuid_to_bytes(user_id, id);
    size_t set = set_of(id);
    const struct slot *slot = enter(memory, id, set);
    if (slot != NULL)
        *out = slot->key;
    leave(memory, set);
    return slot != NULL;
}

void key_memory_add(struct key_memory *memory, const char *user_id, const struct text_key *key)
{
    unsigned char id[ID_SIZE];
    uuid_to_bytes(user_id, id);
    size_t set = set_of(id);
    struct slot *slot = enter(memory, id, set);
    if (slot == NULL) {
        slot = memory->slots[set];
        for (size_t i = 1; i < WAYS; i++)
            if (memory->slots[set][i].until_us < slot->until_us)
                slot = &memory->slots[set][i];
        memcpy(slot->user_id, id, ID_SIZE);
        slot->until_us = time_mono_us() + KEEP_S * US_PER_S;
    }
    slot->key = *key;
    leave(memory, set);
}

void key_memory_drop(struct key_memory *memory, const char *user_id)
{
    unsigned char id[ID_SIZE];
    uuid_to_bytes(user_id, id);
    size_t set = set_of(id);
    struct slot *slot = enter(memory, id, set);
    if (slot != NULL)
        explicit_bzero(slot, sizeof *slot);
    leave(memory, set);
}
