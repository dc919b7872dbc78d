/* background - what a daemon does beside requests and records, on two threads of its own: purging
 * now and then, and at once what waits: exports to answer (people/export.h) and the service's own.
 */
#pragma once
#include "service/service.h"

struct background;
struct background *background_start(const struct service *service, struct svc *svc);
/* Housekeeping is due before its time. */
void background_housekeeping_due(struct background *background);
/* There is work, which is looked for each second otherwise. NULL: there is no background yet. */
void background_work_due(struct background *background);
void background_stop(struct background *background); /* after the step at hand */
