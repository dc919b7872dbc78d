/* import_routes - files of entries: POST /expenses/import and /imports. */
#pragma once
#include "http/http.h"

#define IMPORT_MEDIA "text/csv application/x-ofx application/vnd.intu.qfx application/octet-stream"

handler_fn import_begin, import_list, import_show, import_preview, import_edit, import_start,
    import_rows, import_undo, import_delete;
