/* rate_routes - GET /rates, PUT and DELETE of one of a person's own. */
#pragma once
#include "http/http.h"

handler_fn rate_list, rate_put, rate_delete;
