/* budget_routes - GET,POST /budgets, GET,PATCH,DELETE /budgets/{id}, GET /budgets/{id}/periods. */
#pragma once
#include "http/http.h"

handler_fn budget_list, budget_create, budget_show, budget_edit, budget_delete, budget_periods;
