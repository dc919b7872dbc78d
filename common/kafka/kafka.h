/* kafka - how each part connects. Only common/kafka/ includes librdkafka. */
#pragma once
#include <stdbool.h>

#include "base/err.h"

struct kafka_conf {
    const char *brokers;
    const char *properties; /* "key=value" separated by ';' or newline: any librdkafka property */
    const char *client_id;  /* "<service>-<host>-<pid>" */
};
/* Refuses unknown keys and values before any thread starts. */
must_check bool kafka_conf_check(const struct kafka_conf *conf, struct err *err);
