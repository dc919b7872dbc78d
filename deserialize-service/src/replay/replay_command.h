/* replay_command - `deserialize-service reparse`, for the operator. */
#pragma once
#include "service/service.h"

extern const struct service_command replay_command;
