/* export_routes - a person asks for a copy of everything, looks how far it is, takes it. */
#pragma once
#include "http/http.h"

handler_fn export_create, export_list, export_show, export_download;
