/* merchant_routes - GET /merchants, GET,PATCH /merchants/{id}, POST,DELETE of aliases. */
#pragma once
#include "http/http.h"

handler_fn merchant_list, merchant_show, merchant_edit, merchant_add_alias, merchant_drop_alias;
