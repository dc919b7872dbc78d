/* live_routes - POST /api/v1/events/tickets and GET /api/v1/events. */
#pragma once
#include "http/http.h"

handler_fn live_ticket;
extern const struct fast live_events;
