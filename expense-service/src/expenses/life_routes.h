/* life_routes - POST /expenses/{id}/restore and /confirm, GET /expenses/{id}/history. */
#pragma once
#include "http/http.h"

handler_fn expense_restore, expense_confirm, expense_history;
