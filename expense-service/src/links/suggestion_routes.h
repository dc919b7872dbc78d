/* suggestion_routes - GET /suggestions and POST /suggestions/{id}/accept and /dismiss. */
#pragma once
#include "http/http.h"

handler_fn suggestion_list, suggestion_accept, suggestion_dismiss;
