/* category_routes - GET /categories. */
#pragma once
#include "http/http.h"

handler_fn category_list;
