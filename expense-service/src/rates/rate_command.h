/* rate_command - `expense-service rates`, for the operator: rates that count for everybody. */
#pragma once
#include "service/service.h"

extern const struct service_command rate_command;
