/* account_routes - GET /accounts, /accounts/{id} and /accounts/{id}/gaps. */
#pragma once
#include "http/http.h"

handler_fn account_list, account_create, account_show, account_edit, account_delete, account_gaps;
