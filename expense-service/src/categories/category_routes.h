/* category_routes - GET,POST /categories and GET,PATCH,DELETE /categories/{id}. */
#pragma once
#include "http/http.h"

handler_fn category_list, category_create, category_show, category_edit, category_delete;
