/* key_command - `deserialize-service keys`, for the operator: which keys seal people's secrets. */
#pragma once
#include "service/service.h"

extern const struct service_command keys_command;
