/* commands - what a daemon does besides running. */
#pragma once
#include <stdbool.h>

#include "service/service.h"

/* Tables in the order they are shown: the service's own keys, then the common ones. */
struct service_tables {
    struct conf_table rows[2];
};
void service_tables_init(struct service_tables *tables, const struct service *service,
                         struct svc *svc, struct service_conf *conf);

/* Flags that need no configuration (--help, --version, --print-routes, --print-topics,
 * --print-config-md); false when argv[1] is none of them. */
bool command_flag(const char *flag, const struct service *service,
                  const struct service_tables *tables);
/* Applies what is missing; the exit status. */
int command_migrate(const struct service *service, const struct service_conf *conf);
/* Asks /readyz of the instance that listens at HTTP_ADDRESS:HTTP_PORT; the exit status. */
int command_health(const struct service_conf *conf);
