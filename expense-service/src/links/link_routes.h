/* link_routes - POST and DELETE /expenses/{id}/links/{other}, GET /expenses/{id}/links. */
#pragma once
#include "http/http.h"

handler_fn link_create, link_delete, link_list;
