/* exchange_routes - GET /api/v1/expenses/export.csv and export.ofx. */
#pragma once
#include "http/http.h"

handler_fn ledger_export, ledger_export_ofx;
