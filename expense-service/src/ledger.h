/* ledger - the service's own state. */
#pragma once
#include "service/service.h"

struct ledger_conf {
    const char *rates_url;
};

struct svc {
    struct svc_base base;
    struct ledger_conf conf;
    struct live *live; /* set before the service listens */
};

extern const struct route ledger_routes[];
extern const size_t ledger_route_count;
extern const struct topic_row ledger_topics[];
extern const size_t ledger_topic_count;
