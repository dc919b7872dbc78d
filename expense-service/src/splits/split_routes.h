/* split_routes - PUT /expenses/{id}/splits. */
#pragma once
#include "http/http.h"

handler_fn splits_put;
