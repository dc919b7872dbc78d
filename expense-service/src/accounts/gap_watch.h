/* gap_watch - tells of each gap between the balances of an account, once, when its texts have come
 * to rest: texts come late and in any order, and what is missing now may be here in a minute. */
#pragma once

struct svc;
/* A round of housekeeping. */
void gaps_watch(struct svc *svc);
