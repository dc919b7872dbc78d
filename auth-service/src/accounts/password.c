#include "accounts/password.h"

#include <argon2.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/uuid.h"
#include "http/lane.h"

enum { SALT_BYTES = 16, DIGEST_BYTES = 32, NICENESS = 10 };

/* One that waits for its hash. */
struct job {
    const char *password, *hash; /* hash NULL: one is to be made, into out */
    const struct password_cost *cost;
    char *out;
    int rc; /* of libargon2 */
    pthread_mutex_t lock;
    pthread_cond_t finished;
    bool done;
};

static struct lane *hashers;

static void compute(struct job *job)
{
    unsigned char salt[SALT_BYTES];
    if (job->hash != NULL) {
        job->rc = argon2id_verify(job->hash, job->password, strlen(job->password));
        return;
    }
    random_bytes(salt, sizeof salt);
    job->rc = argon2id_hash_encoded(job->cost->passes, job->cost->memory_kib, job->cost->lanes,
                                    job->password, strlen(job->password), salt, sizeof salt,
                                    DIGEST_BYTES, job->out, PASSWORD_HASH_SIZE);
}

static void compute_and_tell(void *item)
{
    struct job *job = item;
    compute(job);
    pthread_mutex_lock(&job->lock);
    job->done = true;
    pthread_cond_signal(&job->finished);
    pthread_mutex_unlock(&job->lock);
}

static void wait_for(struct job *job)
{
    if (hashers == NULL) {
        compute(job);
        return;
    }
    pthread_mutex_init(&job->lock, NULL);
    pthread_cond_init(&job->finished, NULL);
    if (!lane_reserve(hashers))
        panic("more wait for a hash than there are callers");
    lane_push(hashers, job);
    pthread_mutex_lock(&job->lock);
    while (!job->done)
        pthread_cond_wait(&job->finished, &job->lock);
    pthread_mutex_unlock(&job->lock);
    pthread_cond_destroy(&job->finished);
    pthread_mutex_destroy(&job->lock);
}

void password_start(int threads, int callers)
{
    hashers = lane_new(&(struct lane_conf){
        .threads = threads, .queue = callers, .niceness = NICENESS, .run = compute_and_tell});
}

void password_stop(void)
{
    lane_free(hashers);
    hashers = NULL;
}

bool password_hash(const char *password, const struct password_cost *cost,
                   char out[static PASSWORD_HASH_SIZE], struct err *err)
{
    struct job job = {.password = password, .cost = cost, .out = out};
    wait_for(&job);
    if (job.rc == ARGON2_MEMORY_ALLOCATION_ERROR)
        return err_set(err, ERR_UNAVAILABLE, "no memory to hash a password");
    if (job.rc != ARGON2_OK)
        return err_set(err, ERR_INTERNAL, "argon2id: %s", argon2_error_message(job.rc));
    return true;
}

bool password_matches(const char *password, const char *hash)
{
    struct job job = {.password = password, .hash = hash};
    wait_for(&job);
    return job.rc == ARGON2_OK;
}

bool password_is_cheaper(const char *hash, const struct password_cost *cost)
{
    unsigned memory_kib, passes, lanes;
    if (sscanf(hash, "$argon2id$v=19$m=%u,t=%u,p=%u$", &memory_kib, &passes, &lanes) != 3)
        return true;
    return memory_kib < cost->memory_kib || passes < cost->passes || lanes < cost->lanes;
}
