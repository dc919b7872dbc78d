/* bulk_routes - POST /expenses/bulk: up to 500 changes in one transaction, a result for each. */
#pragma once
#include "http/http.h"

handler_fn expense_bulk;
