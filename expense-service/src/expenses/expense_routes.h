/* expense_routes - GET,POST /expenses and GET,PATCH,DELETE /expenses/{id}. */
#pragma once
#include "http/http.h"

handler_fn expense_list, expense_create, expense_edit, expense_delete;
extern const struct fast expense_show;
