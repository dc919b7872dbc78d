/* health - /healthz, /readyz and /metrics, answered on the HTTP threads without blocking: a thread
 * of its own asks the parts and keeps what they said.
 *   /healthz  200 while the process serves
 *   /readyz   200 when the database answers, migrations are applied and the verification keys are
 *             known; 503 otherwise. A lost broker is told ("broker":"down") but does not make the
 *             service unready: what is accepted waits in the outbox until the broker is back. */
#pragma once
#include <stdbool.h>

#include "http/http.h"

enum health_part { HEALTH_DATABASE, HEALTH_MIGRATIONS, HEALTH_KEYS, HEALTH_BROKER, HEALTH_PARTS };

struct health;
struct health_check {
    bool (*ok[HEALTH_PARTS])(void *arg); /* may block; on the health thread */
    void *arg;
};
struct health *health_start(const struct health_check *check);
void health_stop(struct health *health);
/* From now on /readyz says 503: the service is stopping. */
void health_drain(struct health *health);
/* Ask again now instead of at the next tick. */
void health_wake(struct health *health);
bool health_ready(struct health *health);

extern const struct route health_routes[];
extern const size_t health_route_count;
