/* service_conf - the configuration keys that every daemon has. */
#pragma once
#include "base/conf.h"

extern const struct conf_key service_keys[];
extern const size_t service_key_count;
