#include "base/team.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"

struct member {
    struct team *team;
    size_t number;
    uint64_t rounds; /* worked, or let pass */
    pthread_t thread;
};

struct team {
    void (*work)(void *arg, size_t member);
    void *arg;
    const char *name;
    size_t size;
    struct member *members; /* of which the first is the caller and has no thread */
    pthread_mutex_t lock;   /* guards the rest, and each member's rounds */
    pthread_cond_t begun, finished;
    uint64_t round;
    size_t wanted, at_work;
    bool stop;
};

static void *serve(void *arg)
{
    struct member *member = arg;
    struct team *team = member->team;
    log_thread(team->name);
    pthread_mutex_lock(&team->lock);
    for (;;) {
        while (member->rounds == team->round && !team->stop)
            pthread_cond_wait(&team->begun, &team->lock);
        if (team->stop)
            break;
        member->rounds = team->round;
        if (member->number >= team->wanted)
            continue;
        pthread_mutex_unlock(&team->lock);
        team->work(team->arg, member->number);
        pthread_mutex_lock(&team->lock);
        if (--team->at_work == 0)
            pthread_cond_signal(&team->finished);
    }
    pthread_mutex_unlock(&team->lock);
    return NULL;
}

struct team *team_new(size_t size, const char *name, void (*work)(void *arg, size_t member),
                      void *arg)
{
    if (size < 1)
        panic("team of nobody");
    struct team *team = xcalloc(1, sizeof *team);
    team->work = work;
    team->arg = arg;
    team->name = name;
    team->size = size;
    team->members = xcalloc(size, sizeof *team->members);
    pthread_mutex_init(&team->lock, NULL);
    pthread_cond_init(&team->begun, NULL);
    pthread_cond_init(&team->finished, NULL);
    for (size_t i = 1; i < size; i++) {
        team->members[i] = (struct member){.team = team, .number = i};
        if (pthread_create(&team->members[i].thread, NULL, serve, &team->members[i]) != 0)
            panic("no thread for a team");
    }
    return team;
}

void team_free(struct team *team)
{
    if (team == NULL)
        return;
    pthread_mutex_lock(&team->lock);
    team->stop = true;
    pthread_cond_broadcast(&team->begun);
    pthread_mutex_unlock(&team->lock);
    for (size_t i = 1; i < team->size; i++)
        pthread_join(team->members[i].thread, NULL);
    pthread_cond_destroy(&team->finished);
    pthread_cond_destroy(&team->begun);
    pthread_mutex_destroy(&team->lock);
    free(team->members);
    free(team);
}

void team_run(struct team *team, size_t count)
{
    if (count < 1 || count > team->size)
        panic("%zu of a team of %zu", count, team->size);
    if (count > 1) { /* alone there is nobody to wake */
        pthread_mutex_lock(&team->lock);
        team->wanted = count;
        team->at_work = count - 1;
        team->round++;
        pthread_cond_broadcast(&team->begun);
        pthread_mutex_unlock(&team->lock);
    }
    team->work(team->arg, 0);
    pthread_mutex_lock(&team->lock);
    while (team->at_work > 0)
        pthread_cond_wait(&team->finished, &team->lock);
    pthread_mutex_unlock(&team->lock);
}
