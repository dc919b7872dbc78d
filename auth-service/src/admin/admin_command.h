/* admin_command - who is an admin, said by the operator: auth-service admin grant NAME. */
#pragma once
#include "service/service.h"

extern const struct service_command admin_command;
