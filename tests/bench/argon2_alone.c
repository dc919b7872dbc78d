/* argon2_alone - passwords checked a second by libargon2 alone, so many threads at once: the limit
 * that logins are read against. Prints one line of JSON.
 *
 *   argon2_alone HASH PASSWORD THREADS SECONDS */
#include <argon2.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/timefmt.h"

struct work {
    const char *hash, *password;
    int64_t until_us;
    atomic_long checked;
};

static void *check(void *arg)
{
    struct work *work = arg;
    while (time_mono_us() < work->until_us) {
        if (argon2id_verify(work->hash, work->password, strlen(work->password)) != ARGON2_OK)
            panic("the password is not that of the hash");
        atomic_fetch_add(&work->checked, 1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    enum { THREADS_MAX = 64 };
    pthread_t threads[THREADS_MAX];
    int count = argc == 5 ? atoi(argv[3]) : 0, seconds = argc == 5 ? atoi(argv[4]) : 0;
    if (count < 1 || count > THREADS_MAX || seconds < 1) {
        fprintf(stderr, "usage: argon2_alone HASH PASSWORD THREADS SECONDS\n");
        return 2;
    }
    int64_t began_us = time_mono_us();
    struct work work = {
        .hash = argv[1], .password = argv[2], .until_us = began_us + seconds * US_PER_S};
    for (int i = 0; i < count; i++)
        if (pthread_create(&threads[i], NULL, check, &work) != 0)
            panic("thread");
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    double took_s = (double)(time_mono_us() - began_us) / (double)US_PER_S;
    printf("{\"per_second\":%.1f}\n", (double)atomic_load(&work.checked) / took_s);
    return 0;
}
