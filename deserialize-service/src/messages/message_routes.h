/* message_routes - POST /messages, /messages/batch; GET /messages, /messages/{id}. */
#pragma once
#include <stddef.h>

#include "http/http.h"

extern const struct route message_routes[];
extern const size_t message_route_count;
