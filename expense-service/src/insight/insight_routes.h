/* insight_routes - GET /insight/cash-flow, /insight/movers and /insight/trends. */
#pragma once
#include "http/http.h"

handler_fn insight_cash_flow, insight_movers, insight_trends;
