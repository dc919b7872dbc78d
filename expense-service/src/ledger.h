/* ledger - the service's own state. */
#pragma once
#include "service/service.h"

struct svc {
    struct svc_base base;
    struct live *live; /* set before the service listens */
};

extern const struct route ledger_routes[];
extern const size_t ledger_route_count;
extern const struct topic_row ledger_topics[];
extern const size_t ledger_topic_count;
