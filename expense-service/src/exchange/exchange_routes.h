/* exchange_routes - GET /api/v1/expenses/export.csv. */
#pragma once
#include "http/http.h"

handler_fn ledger_export;
