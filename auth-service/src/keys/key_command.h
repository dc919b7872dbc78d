/* key_command - `auth-service keys`: what an operator does with signing keys. */
#pragma once
#include "service/service.h"

extern const struct service_command keys_command;
