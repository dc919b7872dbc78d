/* verify_command - `expense-service verify`, for the operator: are the sums what the expenses add
 * up to? */
#pragma once
#include "service/service.h"

extern const struct service_command verify_command;
