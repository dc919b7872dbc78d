/* summary_routes - GET /summaries. */
#pragma once
#include "http/http.h"

handler_fn summary_show;
