/* deserialize - the service's own struct. */
#pragma once
#include "service/service.h"

struct svc {
    struct svc_base base;
};
